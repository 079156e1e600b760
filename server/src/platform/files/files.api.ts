// What the browser app knows of files before it sends one.

export const mediaTypes = ['application/pdf', 'image/jpeg', 'image/png'] as const
export type MediaType = (typeof mediaTypes)[number]

export const fileEndings: Record<MediaType, readonly [string, ...string[]]> = {
  'application/pdf': ['pdf'],
  'image/jpeg': ['jpg', 'jpeg'],
  'image/png': ['png'],
}

/** The most that an upload can be; an operator may ask for less. */
export const maxFileBytes = 20_000_000

/** For the `upload` of an endpoint that takes a scan. What it really is, the content says. */
export const scanUpload = { maxBytes: maxFileBytes, contentTypes: [...mediaTypes, 'application/octet-stream'] } as const
