import { globSync, readFileSync, writeFileSync } from 'node:fs'
import path from 'node:path'
import { brotliCompressSync, gzipSync } from 'node:zlib'
import react from '@vitejs/plugin-react'
import { defineConfig, type Plugin } from 'vite'
import { declarations } from './vite/declarations.ts'

/** Every browser we support reads woff2: the woff copies of the font packages stay out of the build. */
const woff2Only: Plugin = {
  name: 'luytre:woff2-only',
  enforce: 'pre',
  transform(code, id) {
    if (!id.includes('@fontsource') || !id.endsWith('.css')) return null
    return { code: code.replaceAll(/,\s*url\([^)]*\.woff\)\s*format\('woff'\)/g, ''), map: null }
  },
}

/** The script that sets light or dark runs before the modules, so it stands in the page as a file with a hash of its own. */
const colorSchemeFirst = (): Plugin => {
  const source = 'src/platform/theme/color-scheme.js'
  let reference: string | undefined
  return {
    name: 'luytre:color-scheme-first',
    buildStart() {
      if (this.environment.mode !== 'build') return
      reference = this.emitFile({ type: 'asset', name: 'color-scheme.js', source: readFileSync(path.join(import.meta.dirname, source)) })
    },
    transformIndexHtml: {
      order: 'post',
      handler(_html, { bundle }) {
        const file = Object.keys(bundle ?? {}).find(name => /color-scheme-[\w-]+\.js$/.test(name))
        if (reference && !file) throw new Error('color-scheme.js was not emitted')
        return [{ tag: 'script', attrs: { src: `/${file ?? source}` }, injectTo: 'head-prepend' }]
      },
    },
  }
}

const titleKey = /title: '([\w-]+):([\w.]+)'/g

/** Of a file of texts only what routes are called: navigation, breadcrumb and palette name every page before its own texts are there. */
function titlesOf(file: string, texts: Record<string, unknown>): Record<string, unknown> {
  const titles: Record<string, unknown> = {}
  for (const routes of globSync('src/**/*.routes.tsx', { cwd: import.meta.dirname }))
    for (const [, namespace, key = ''] of readFileSync(path.join(import.meta.dirname, routes), 'utf8').matchAll(titleKey))
      if (namespace === path.basename(file, '.json')) copyText(key.split('.'), texts, titles)
  return titles
}

/** What sign-in, the other pages without a frame and the first page say of these files. */
const saidAtFirst: Record<string, readonly string[]> = {
  'common.json': ['product', 'areas', 'shell', 'actions', 'form', 'states', 'roles', 'languages', 'textIn', 'levels'],
  'identity.json': ['email', 'password', 'newPassword', 'passwordHelp', 'name', 'signIn', 'setUp', 'setPassword', 'reset'],
  // Problems of an area are met on its pages, which have their texts. Beside them every page, sign-in too, meets these.
  'problems.json': [
    'request',
    'session',
    'permission',
    'record',
    'version',
    'idempotency',
    'link',
    'setup',
    'internal',
    'network',
    'account',
    ...['invalid', 'required', 'unknown', 'taken', 'too-short', 'too-long', 'invalid-email', 'guessable-password'].map(
      code => `fields.${code}`,
    ),
  ],
}

/** `people.json?titles` has the titles of pages alone, `problems.json?first` beside them what is said at first. */
const firstTexts: Plugin = {
  name: 'luytre:first-texts',
  enforce: 'pre',
  load(id) {
    const [file = '', query] = id.split('?')
    if (!file.endsWith('.json') || (query !== 'titles' && query !== 'first')) return null
    const texts = JSON.parse(readFileSync(file, 'utf8')) as Record<string, unknown>
    const shown = titlesOf(file, texts)
    if (query === 'first') for (const key of saidAtFirst[path.basename(file)] ?? []) copyText(key.split('.'), texts, shown)
    return `export default ${JSON.stringify(shown)}`
  },
}

function copyText([name = '', ...rest]: readonly string[], from: Record<string, unknown>, to: Record<string, unknown>): void {
  if (rest.length === 0) to[name] = from[name]
  else copyText(rest, from[name] as Record<string, unknown>, (to[name] ??= {}) as Record<string, unknown>)
}

/** The server hands out the compressed copies as they are. Made from the written files: other plugins change the bundle to the end. */
const compressed: Plugin = {
  name: 'luytre:compressed',
  apply: 'build',
  writeBundle({ dir = '.' }, bundle) {
    for (const fileName of Object.keys(bundle)) {
      if (!/\.(?:js|css|svg)$/.test(fileName)) continue
      const file = path.join(dir, fileName)
      const content = readFileSync(file)
      if (content.byteLength < 200) continue
      writeFileSync(`${file}.br`, brotliCompressSync(content))
      writeFileSync(`${file}.gz`, gzipSync(content, { level: 9 }))
    }
  },
}

export default defineConfig({
  root: import.meta.dirname,
  plugins: [declarations, woff2Only, firstTexts, colorSchemeFirst(), react(), compressed],
  // The server replaces it in every page that it sends.
  html: { cspNonce: '__CSP_NONCE__' },
  worker: { format: 'es' },
  server: { port: 5173, proxy: { '/api': 'http://localhost:8080' } },
  build: {
    outDir: 'dist',
    emptyOutDir: true,
    // A data: address would need an exception in the content policy.
    assetsInlineLimit: 0,
    modulePreload: { polyfill: false },
    rolldownOptions: {
      output: {
        codeSplitting: {
          // What every page stands on. The rest goes with the pages that use it: the first page loads no menus, lists or dialogues.
          groups: [
            {
              name: 'libraries',
              test: /node_modules\/(react|react-dom|scheduler|@tanstack\/(?!react-table|table-core)[\w-]+|i18next|react-i18next)\//,
            },
            // What nearly every page shares: one file is smaller than fifty.
            { name: 'shared', minShareCount: 60 },
          ],
        },
      },
    },
  },
})
