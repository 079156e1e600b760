/**
 * Text that people wrote, as it is kept: composed (NFC), lines ended by `\n`, without control characters (PostgreSQL
 * refuses U+0000) and without the overrides of writing direction that make a text look like another.
 */
export const writtenText = (text: string): string =>
  text
    .toWellFormed()
    .replace(/\r\n?/g, '\n')
    .replace(/[^\P{Cc}\n\t]|[\u202a-\u202e\u2066-\u2069]/gu, '')
    .normalize('NFC')
    .trim()
