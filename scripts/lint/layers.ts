import path from 'node:path'

// Who may lean on whom (ARCHITECTURE.md): main → areas → platform → libraries, and the web app leans on contracts only.
// An import is judged by two paths, so these rules are plain functions; house-rules.ts hands them to the linter.

const areas = ['capacity', 'reactive', 'proactive', 'programme']

/** Files of the server that the web app may bundle: contracts and what contracts are written with. */
const sharedWithWeb = [
  /\.api\.ts$/,
  /^server\/src\/platform\/http\/(counted|endpoint|field-code|problem)\.ts$/,
  /^server\/src\/platform\/i18n\/(languages|translated)\.ts$/,
  /^server\/src\/platform\/http\/uuid\.ts$/,
  /^server\/src\/platform\/permissions\/permissions\.ts$/,
  /^server\/src\/locales\/\w+\/[\w-]+\.json$/,
]

/** Path in the repository that `specifier` means when `file` imports it; undefined for a library. Both paths use `/`. */
function resolveImport(file: string, specifier: string): string | undefined {
  const [workspace = ''] = file.split('/')
  if (specifier.startsWith('.')) return path.posix.join(path.posix.dirname(file), specifier)
  if (specifier.startsWith('#')) return `${['engine', 'web'].includes(workspace) ? workspace : 'server'}/src/${specifier.slice(1)}`
  if (specifier.startsWith('luytre-engine/')) return `engine/src/${specifier.slice('luytre-engine/'.length)}`
  if (specifier.startsWith('luytre/')) return `server/src/${specifier.slice('luytre/'.length)}`
  return undefined
}

const isTest = (file: string): boolean => /\.(test|bench|journey|conformance|crash)\.tsx?$/.test(file)

/** `server/src/capacity/people/names.ts` → `server/src/capacity/people`; a room of the platform likewise. */
const moduleOf = (file: string): string | undefined => /^\w+\/src\/[\w-]+\/[\w-]+(?=\/)/.exec(file)?.[0]
const areaOf = (file: string): string | undefined => areas.find(area => file.startsWith(`server/src/${area}/`))

const judgeUseOfEngine = (file: string): string | undefined =>
  isTest(file) || !file.startsWith('server/src/platform/')
    ? undefined
    : 'The platform knows no traffic. The areas lean on the engine; take what you need as an argument.'

function judgeServer(file: string, imported: string): string | undefined {
  const isOwn = path.posix.dirname(file) === path.posix.dirname(imported)
  if (imported.startsWith('engine/')) return judgeUseOfEngine(file)
  if (imported.startsWith('web/')) return 'The server knows nothing of the web app. Put what both need into a contract, x.api.ts.'
  if (imported.endsWith('.store.ts') && !isOwn)
    return 'SQL stays behind its module. Call a function of that module’s front door, x.ts; if it is missing, add a narrow one there.'
  if (imported.endsWith('.routes.ts') && file !== 'server/src/areas.ts' && !isOwn)
    return 'Routes are mounted in server/src/areas.ts and nowhere else. Call the use case in the module’s x.ts.'
  if (isTest(file)) return undefined
  if (/^(server\/(test|bench)|journeys|scripts)\//.test(imported))
    return 'The product does not lean on its tests or tools. Move what it needs into server/src.'
  if (file.endsWith('.api.ts') && !sharedWithWeb.some(shared => shared.test(imported)))
    return 'A contract is bundled into the web app: it imports other contracts, endpoint.ts, uuid.ts, languages.ts, translated.ts and permissions.ts only.'
  if (file.startsWith('server/src/platform/') && !/^server\/src\/(platform\/|locales\/|version\.ts$)/.test(imported))
    return 'The platform knows no area and no command. Take what you need as an argument, given by serve.ts.'
  if (areaOf(file)) {
    if (!areaOf(imported) && !/^server\/src\/(platform|locales)\//.test(imported))
      return 'An area leans on the platform and on other modules, never on what starts them. Take what you need as an argument.'
    const other = moduleOf(imported)
    if (areaOf(imported) && other !== moduleOf(file)) {
      const name = path.posix.basename(other ?? '')
      if (imported !== `${other}/${name}.ts` && imported !== `${other}/${name}.api.ts`)
        return `Another module is entered by its front door, ${name}/${name}.ts, or its contract, ${name}/${name}.api.ts. Add a narrow function there.`
    }
  }
  return undefined
}

/** The engine: bytes in, findings out. Its only doors to the machine are `src/source` and `bin`. */
function judgeEngine(file: string, specifier: string, imported: string | undefined): string | undefined {
  if (isTest(file) || /^engine\/(test|fixtures|bench|fuzz)\//.test(file)) return undefined
  if (imported !== undefined && !imported.startsWith('engine/'))
    return 'The engine leans on nothing but itself. Take what you need as an argument, or move it into engine/src.'
  if (/^engine\/(test|fixtures|bench|fuzz)\//.test(imported ?? ''))
    return 'The product does not lean on its tests. Move what it needs into engine/src.'
  if (/^engine\/(bin|src\/source)\//.test(file)) return undefined
  if (specifier.startsWith('node:') || imported?.startsWith('engine/src/source/') || imported?.startsWith('engine/bin/'))
    return 'The engine is pure: files, sockets and processes belong to engine/src/source and engine/bin. Take bytes and times as arguments.'
  return undefined
}

/** First folder under web/src: `ui`, `platform`, `shell` or an area; empty for the files that put the app together. */
const webFolder = (file: string): string => /^web\/src\/([\w-]+)\//.exec(file)?.[1] ?? ''

function judgeWeb(file: string, imported: string): string | undefined {
  if (imported.startsWith('server/')) {
    if (!sharedWithWeb.some(shared => shared.test(imported)))
      return 'The web app leans on contracts only: x.api.ts, counted.ts, endpoint.ts, problem.ts, field-code.ts, uuid.ts, languages.ts, translated.ts, permissions.ts, locales. Declare an endpoint instead.'
    return undefined
  }
  const from = webFolder(file)
  const to = webFolder(imported)
  if (from === to || from === '' || isTest(file)) return undefined
  if (!imported.startsWith('web/src/')) return 'The product does not lean on its tests or tools.'
  if (to === 'locales') return undefined
  const isBase = to === 'platform' || to === 'ui'
  if (from === 'platform')
    return to === 'platform' ? undefined : 'web/src/platform draws nothing and knows no area. Move the caller up, or pass what you need.'
  if (from === 'ui') return isBase ? undefined : 'A building block knows no domain and no shell. Pass in what it shows, as a prop.'
  if (isBase || imported.endsWith('.routes.tsx')) return undefined
  if (from === 'shell' && to !== '') return 'The shell knows the areas by their routes, x.routes.tsx, only.'
  if (to === 'shell' || from === 'shell') return undefined
  return 'Areas of the web app meet by routes (x.routes.tsx) and contracts only. Move what both draw into web/src/ui.'
}

/** Why `file` must not import `specifier`, and what to do instead; undefined when it may. */
export function judgeImport(file: string, specifier: string): string | undefined {
  const imported = resolveImport(file, specifier)
  if (file.startsWith('engine/')) return judgeEngine(file, specifier, imported)
  if (imported === undefined) return undefined
  if (file.startsWith('server/src/')) return judgeServer(file, imported)
  if (file.startsWith('web/src/')) return judgeWeb(file, imported)
  return undefined
}
