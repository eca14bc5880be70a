/** The project's copy of the known-answer vectors; `npm run test:vectors` takes any other. */
import { fileURLToPath } from 'node:url'
import { describe, expect, it } from 'vitest'
import { checkVectors } from '../../vectors/check-vectors.ts'

const verdicts = await checkVectors(fileURLToPath(new URL('../../vectors/sgp32', import.meta.url)))

describe('a known-answer vector', () => {
  it.each(verdicts)('$name holds', ({ problem }) => {
    expect(problem).toBeUndefined()
  })

  it('is there at all', () => {
    expect(verdicts.length).toBeGreaterThan(160)
  })
})
