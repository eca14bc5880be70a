/** What a browser has to fetch for the console, and that none of it comes from elsewhere. */
import { mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { gzipSync } from 'node:zlib'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { buildConsole } from '../../functions/console/build.ts'

const LIMIT_OCTETS = 150_000

const folder = mkdtempSync(path.join(tmpdir(), 'edge-eim-console-'))
let files: readonly string[] = []
beforeAll(async () => {
  files = await buildConsole(folder)
})
afterAll(() => rmSync(folder, { recursive: true }))

const contents = (name: string) => readFileSync(path.join(folder, name))

describe('the bundle of the console', () => {
  it('is below 150 kB compressed, all files together', () => {
    const octets = files.reduce((sum, name) => sum + gzipSync(contents(name)).length, 0)

    expect(octets).toBeLessThan(LIMIT_OCTETS)
  })

  it('refers to its own files only, by names that change with what is inside', () => {
    const page = contents('index.html').toString()

    const links = [...page.matchAll(/(?:src|href)="(?!data:)([^"]+)"/g)].map(([, link = '']) => link)
    expect(links).toHaveLength(3)
    for (const link of links) {
      expect(link).toMatch(/^\/console\/files\/\w+-\w{8}\.(js|css)$/)
      expect(files).toContain(link.replace('/console/', ''))
    }
  })

  it('has no script or style within the page', () => {
    expect(contents('index.html').toString()).not.toMatch(/<style|style="|<script(?![^>]+src=)| on\w+="/)
  })

  it('leaves nothing of an earlier build behind, and gives the same names again', async () => {
    expect(await buildConsole(folder)).toEqual(files)
  })
})
