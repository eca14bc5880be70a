/** Serves the console: one page for every address below `/console`, and the hashed files that it is made of. */
import { Hono } from 'hono'
import type { Environment } from '../environment.ts'

const PAGE = '/console/index.html'

/** Nothing but our own files runs, nobody frames us, and markup is never made from text. */
const HEADERS = {
  'Content-Security-Policy': [
    "default-src 'none'",
    "script-src 'self'",
    "style-src 'self'",
    "img-src 'self' data:",
    "connect-src 'self'",
    "base-uri 'none'",
    "form-action 'none'",
    "frame-ancestors 'none'",
    "require-trusted-types-for 'script'",
    "trusted-types 'none'",
  ].join('; '),
  'X-Content-Type-Options': 'nosniff',
  'X-Frame-Options': 'DENY',
  'Referrer-Policy': 'no-referrer',
  'Cross-Origin-Opener-Policy': 'same-origin',
  'Cross-Origin-Resource-Policy': 'same-origin',
  'Permissions-Policy': 'camera=(), geolocation=(), microphone=()',
} as const

const KEPT_FOR_GOOD = 'public, max-age=31536000, immutable'
const ASKED_AGAIN = 'no-cache'

export const consolePages = new Hono<{ Bindings: Environment }>()

consolePages.get('/console/files/*', async ({ env, req }) => {
  const file = await env.ASSETS.fetch(new Request(req.url, req.raw))
  return dressed(file, file.ok ? KEPT_FOR_GOOD : ASKED_AGAIN)
})
for (const path of ['/console', '/console/*']) {
  consolePages.get(path, async ({ env, req }) => {
    const page = await env.ASSETS.fetch(new Request(new URL(PAGE, req.url), req.raw))
    return dressed(page, ASKED_AGAIN)
  })
}

function dressed(asset: Response, cacheControl: string): Response {
  const headers = new Headers(asset.headers)
  for (const [name, value] of Object.entries(HEADERS)) headers.set(name, value)
  headers.set('Cache-Control', cacheControl)
  return new Response(asset.body, { status: asset.status, headers })
}
