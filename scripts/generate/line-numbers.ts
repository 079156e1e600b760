import { existsSync, readFileSync } from 'node:fs'

/**
 * Puts line numbers to places in a text: `` `path` «words of the line» `` becomes `` `path:12` «words of the line» ``.
 * Throws when the file is gone or no line has the words, so that a map cannot lead astray unnoticed.
 */
export function withLineNumbers(text: string): string {
  return text.replaceAll(/`([^`:]+)(?::\d+)?` «([^»]+)»/g, (_, file: string, words: string) => {
    if (!existsSync(file)) throw new Error(`${file} is named in a document and does not exist`)
    const index = readFileSync(file, 'utf8')
      .split('\n')
      .findIndex(line => line.includes(words))
    if (index < 0) throw new Error(`${file} has no line with «${words}»`)
    return `\`${file}:${index + 1}\` «${words}»`
  })
}
