import { existsSync } from 'node:fs'
import path from 'node:path'
import { describe, expect, it } from 'vitest'
import { parseCertificate } from '../../shared/pki/index.ts'
import { keyPairOf } from './card-issuer.ts'
import { type KnownCard, sgp26Card, vectorCard } from './known-cards.ts'

/** GSMA's files are not part of the project; their tests run where they are laid beside it. */
const sgp26 = path.resolve('../shared/vectors/sgp26')

function keyFits({ credential: { key, euiccCertificate } }: KnownCard): boolean {
  const { subjectPublicKeyInfo } = keyPairOf(key)
  const inCertificate = parseCertificate(euiccCertificate).subjectPublicKeyInfo
  return Buffer.compare(subjectPublicKeyInfo, inCertificate) === 0
}

describe('known cards', () => {
  it('are the vectors’ card, with its key', () => {
    const card = vectorCard()
    expect(card.eid).toBe('89044045930000000000002153893210')
    expect(keyFits(card)).toBe(true)
  })

  it.runIf(existsSync(sgp26)).each(['nist', 'variant-o'])('and the SGP.26 card of %s', (folder) => {
    const card = sgp26Card(path.join(sgp26, folder))
    expect(card.eid).toMatch(/^89[0-9]{30}$/)
    expect(keyFits(card)).toBe(true)
  })
})
