import { randomBytes } from 'node:crypto'

// OWASP ASVS 5.0 V3 names the headers. Pages get scripts and styles from this server only; the one style element that
// the component library writes carries the nonce of its page.

const common = {
  'x-content-type-options': 'nosniff',
  'referrer-policy': 'no-referrer',
  'cross-origin-opener-policy': 'same-origin',
  'cross-origin-resource-policy': 'same-origin',
  'permissions-policy': 'camera=(), geolocation=(), microphone=(), payment=(), usb=()',
  'x-frame-options': 'DENY',
} as const

export const apiHeaders = {
  ...common,
  'content-security-policy': "default-src 'none'; frame-ancestors 'none'; sandbox",
  'cache-control': 'no-store',
} as const

export const makeNonce = (): string => randomBytes(16).toString('base64url')

export const pageHeaders = (nonce: string) => ({
  ...common,
  'content-security-policy': [
    "default-src 'none'",
    "script-src 'self'",
    `style-src 'self' 'nonce-${nonce}'`,
    "img-src 'self' data:",
    "font-src 'self'",
    "connect-src 'self'",
    "worker-src 'self'",
    "manifest-src 'self'",
    "base-uri 'none'",
    "form-action 'self'",
    "frame-ancestors 'none'",
  ].join('; '),
  'cache-control': 'no-cache',
})

/** Of a page that is only read: no script, and no style but its own. */
export const plainPageHeaders = (nonce: string) => ({
  ...common,
  'content-security-policy': `default-src 'none'; style-src 'nonce-${nonce}'; base-uri 'none'; form-action 'none'; frame-ancestors 'none'`,
  'cache-control': 'no-cache',
})

/** For sites on TLS only: browsers keep to it for two years. */
export const strictTransport = { 'strict-transport-security': 'max-age=63072000; includeSubDomains' } as const
