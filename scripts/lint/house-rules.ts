import path from 'node:path'
import { judgeImport } from './layers.ts'

// The house's own rules for the linter. Its plugin interface is ESLint's; only what is used here is typed.

interface ImportNode {
  source: { type: string; value?: unknown } | null
}

interface RuleContext {
  filename: string
  cwd: string
  report(finding: { node: unknown; message: string }): void
}

const layers = {
  create(context: RuleContext) {
    const file = path.relative(context.cwd, context.filename).replaceAll(path.sep, '/')
    const judge = (node: ImportNode): void => {
      if (typeof node.source?.value !== 'string') return
      const message = judgeImport(file, node.source.value)
      if (message) context.report({ node: node.source, message })
    }
    return { ImportDeclaration: judge, ImportExpression: judge, ExportNamedDeclaration: judge, ExportAllDeclaration: judge }
  },
}

export default { meta: { name: 'house' }, rules: { layers } }
