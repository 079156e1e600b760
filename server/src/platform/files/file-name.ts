import { writtenText } from '#platform/i18n/written-text.ts'
import { fileEndings } from './files.api.ts'
import type { MediaType } from './files.api.ts'

const maxLength = 120
// Names that Windows keeps for devices, whatever follows the first point.
const device = /^(con|prn|aux|nul|com\d|lpt\d)(\.|$)/i

/**
 * A name to save a file under, as the sender called it: no folders, no characters that some system refuses, and an ending
 * that says what the file is.
 */
export function safeFileName(sent: string, mediaType: MediaType): string {
  const [ending, ...others] = fileEndings[mediaType]
  let name = writtenText(sent)
    .split(/[/\\]/)
    .at(-1)!
    .replace(/[\n\t<>:"|?*\p{Cf}]+/gu, ' ')
    .replace(/ +/g, ' ')
    .replace(/^[ .]+|[ .]+$/g, '')
  const found = [ending, ...others].find(one => name.toLowerCase().endsWith(`.${one}`))
  const stem = (found ? name.slice(0, -found.length - 1) : name).replace(/[ .]+$/, '')
  name = [...stem].slice(0, maxLength).join('')
  if (!name) name = 'scan'
  return `${device.test(name) ? '_' : ''}${name}.${found ?? ending}`
}
