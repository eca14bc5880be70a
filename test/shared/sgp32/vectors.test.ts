/** The project's copy of the known-answer vectors; `npm run test:vectors` takes any other. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { checkVectors, type Verdict } from '../../vectors/check-vectors.ts'

const own = fileURLToPath(new URL('../../vectors/sgp32', import.meta.url))
const verdicts = await checkVectors(own)

describe('a known-answer vector', () => {
  it.each(verdicts)('$name holds', ({ problem }) => {
    expect(problem).toBeUndefined()
  })

  it('is there at all', () => {
    expect(verdicts.length).toBeGreaterThan(170)
  })
})

async function verdictOn(content: string): Promise<readonly Verdict[]> {
  const folder = mkdtempSync(path.join(tmpdir(), 'vectors-'))
  try {
    writeFileSync(path.join(folder, 'one.json'), content)
    return await checkVectors(folder)
  } finally {
    rmSync(folder, { recursive: true })
  }
}

/** One vector of the project's own, with some members replaced. */
function spoiled(file: string, change: object): string {
  const { format, vectors } = JSON.parse(readFileSync(path.join(own, file), 'utf8'))
  return JSON.stringify({ format, vectors: [{ ...vectors[0], ...change }] })
}

describe('a vector that does not hold', () => {
  it.each([
    ['no JSON', '{'],
    ['an unknown form', '{"format":"sgp32-other/1","vectors":[]}'],
    ['an empty file', '{"format":"sgp32-vectors/1","vectors":[]}'],
    ['an unknown type', spoiled('psmo.json', { type: 'Nothing' })],
    ['other fields', spoiled('psmo.json', { decoded: {} })],
    ['other octets', spoiled('psmo.json', { hex: 'A300' })],
    ['an unknown expectation', spoiled('lenient.json', { expect: 'perhaps' })],
    ['a refusal expected in vain', spoiled('lenient.json', { expect: 'reject' })],
    ['another signature', spoiled('signatures.json', { signature: '00'.repeat(64) })],
    ['another token', spoiled('signatures.json', { associationToken: 9 })],
    ['an unknown key', spoiled('signatures.json', { key: 'nobody' })],
    [
      'another key in the certificate',
      '{"format":"sgp32-test-keys/1","keys":{"x":{"certificateHex":"3000"}}}',
    ],
  ])('is reported: %s', async (_why, content) => {
    const [verdict, ...others] = await verdictOn(content)

    expect(verdict?.problem).toBeTypeOf('string')
    expect(others).toEqual([])
  })
})
