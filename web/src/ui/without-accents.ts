/** For finding: no accents, no case. Đ is a letter of its own that no decomposition reaches. */
export const withoutAccents = (text: string): string =>
  text.normalize('NFD').replaceAll(/\p{M}/gu, '').toLowerCase().replaceAll('đ', 'd').trim()
