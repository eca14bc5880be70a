/** The console as the Worker serves it. */
import { createExecutionContext } from 'cloudflare:test'
import { env } from 'cloudflare:workers'
import { describe, expect, it } from 'vitest'
import type { Environment } from '../../../functions/environment.ts'
import worker from '../../../functions/worker.ts'

function fetchPage(path: string, init?: RequestInit): Promise<Response> | Response {
  const request = new Request(`https://eim.example.com${path}`, init)
  return worker.fetch(request, env as unknown as Environment, createExecutionContext())
}

async function firstFile(): Promise<string> {
  const page = await (await fetchPage('/console')).text()
  return /src="(\/console\/files\/main-[^"]+)"/.exec(page)?.[1] ?? 'the page names no script'
}

describe('the console', () => {
  it.each(['/console', '/console/', '/console/euiccs/89049032000000000000000000000163', '/console/a/b/c'])(
    'answers %s with its page, so that every address can be linked',
    async (path) => {
      const response = await fetchPage(path)

      expect(response.status).toBe(200)
      expect(response.headers.get('Content-Type')).toMatch(/^text\/html/)
      expect(response.headers.get('Cache-Control')).toBe('no-cache')
      expect(await response.text()).toContain('<div id="console">')
    },
  )

  it('lets nothing run but its own files, and nobody frame it', async () => {
    const { headers } = await fetchPage('/console')

    const policy = headers.get('Content-Security-Policy') ?? ''
    expect(policy).toContain("default-src 'none'")
    expect(policy).toContain("frame-ancestors 'none'")
    expect(policy).not.toContain('unsafe')
    expect(headers.get('X-Content-Type-Options')).toBe('nosniff')
    expect(headers.get('Referrer-Policy')).toBe('no-referrer')
  })

  it('lets browsers keep the files, whose names change with what is inside', async () => {
    const response = await fetchPage(await firstFile())

    expect(response.status).toBe(200)
    expect(response.headers.get('Content-Type')).toMatch(/javascript/)
    expect(response.headers.get('Cache-Control')).toContain('immutable')
    expect(response.headers.get('X-Content-Type-Options')).toBe('nosniff')
  })

  it('does not send again what the browser has', async () => {
    const path = await firstFile()
    const tag = (await fetchPage(path)).headers.get('ETag') ?? ''

    const again = await fetchPage(path, { headers: { 'If-None-Match': tag } })

    expect(again.status).toBe(304)
  })

  it('has no page in the place of a missing file', async () => {
    const response = await fetchPage('/console/files/main-AAAAAAAA.js')

    expect(response.status).toBe(404)
    expect(response.headers.get('Cache-Control')).toBe('no-cache')
  })

  it.each(['/v1/console', '/v1/nothing', '/consoles', '/index.html', '/files/x'])(
    'leaves %s to the API, which says that nothing is there',
    async (path) => {
      const response = await fetchPage(path, {
        headers: { Accept: 'text/html', 'Sec-Fetch-Mode': 'navigate' },
      })

      expect(response.status).toBe(404)
      expect(response.headers.get('Content-Type')).toBe('application/problem+json')
    },
  )
})
