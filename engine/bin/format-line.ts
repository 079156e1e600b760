/**
 * A value as a line of JSON that a terminal shows and does not obey: control characters of U+007F to U+009F, which JSON allows in
 * text (RFC 8259 §7), are escaped as those below U+0020 are.
 */
export const formatLine = (value: object): string =>
  `${JSON.stringify(value).replaceAll(/[\u007f-\u009f]/g, control => `\\u00${control.charCodeAt(0).toString(16)}`)}\n`
