import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import {
  type ClientTrust,
  isStillTrusted,
  judgeCertificateChain,
} from '../../../gateway/dtls/client-trust.ts'
import { issueCertificate } from './test-certificate.ts'
import { authority, deviceCertificate, NOW } from './virtual-port.ts'

const trust: ClientTrust = {
  anchors: [authority.der],
  pinnedCertificates: new Set(),
  rawPublicKeys: new Set(),
}

function reasonFor(chain: readonly { der: Buffer }[], given = trust, now = NOW): string | undefined {
  const judgement = judgeCertificateChain(
    chain.map(({ der }) => der),
    given,
    now,
  )
  return judgement.isTrusted ? undefined : judgement.reason
}

describe('judgeCertificateChain', () => {
  const middle = issueCertificate({ name: 'middle', isCa: true, issuer: authority })
  const low = issueCertificate({ name: 'low', isCa: true, issuer: middle })

  it('believes a leaf under an anchor, directly or over two intermediates', () => {
    expect(reasonFor([deviceCertificate])).toBeUndefined()
    expect(reasonFor([issueCertificate({ name: 'd', issuer: low }), low, middle])).toBeUndefined()
  })

  it('believes brainpoolP256r1 and P-384 keys', () => {
    for (const curve of ['brainpoolP256r1', 'secp384r1'] as const) {
      expect(reasonFor([issueCertificate({ name: 'd', issuer: authority, curve })])).toBeUndefined()
    }
  })

  it('takes the issuer from the chain only, in its order', () => {
    const leaf = issueCertificate({ name: 'd', issuer: low })

    expect(reasonFor([leaf])).toBe('no path to a trust anchor')
    expect(reasonFor([leaf, middle, low])).toBe('chain broken')
  })

  it('refuses a leaf that an end-entity certificate has issued', () => {
    expect(reasonFor([issueCertificate({ name: 'd', issuer: deviceCertificate }), deviceCertificate])).toBe(
      'chain broken',
    )
  })

  it('refuses an issuer of the same name with another key', () => {
    const impostor = issueCertificate({ name: 'authority', isCa: true })

    expect(reasonFor([issueCertificate({ name: 'd', issuer: impostor })])).toBe('no path to a trust anchor')
    expect(reasonFor([issueCertificate({ name: 'd', issuer: impostor }), impostor])).toBe(
      'no path to a trust anchor',
    )
  })

  it('refuses an expired leaf, an expired intermediate, and a chain too long', () => {
    const old = issueCertificate({ name: 'old', isCa: true, issuer: authority, notAfter: '210101000000Z' })

    expect(reasonFor([issueCertificate({ name: 'd', issuer: authority, notAfter: '210101000000Z' })])).toBe(
      'client certificate expired',
    )
    expect(reasonFor([issueCertificate({ name: 'd', issuer: old }), old])).toBe('chain broken')
    expect(reasonFor([deviceCertificate, low, low, low, low])).toBe('certificate chain too long')
  })

  it('believes a pinned certificate without a chain, but not beyond its validity', () => {
    const pinned = issueCertificate({ name: 'pinned' })
    const thumbprint = createHash('sha256').update(pinned.der).digest('hex')
    const pinning = { ...trust, pinnedCertificates: new Set([thumbprint]) }

    expect(reasonFor([pinned], pinning)).toBeUndefined()
    expect(reasonFor([pinned], pinning, Date.UTC(2050, 1, 1))).toBe('client certificate expired')
    expect(reasonFor([pinned])).toBe('no path to a trust anchor')
  })
})

describe('a chain that was believed before', () => {
  const authority = issueCertificate({ name: 'authority', isCa: true, notAfter: '300101000000Z' })
  const device = issueCertificate({ name: 'device', issuer: authority })
  const trust = (): ClientTrust => ({
    anchors: [authority.der],
    pinnedCertificates: new Set(),
    rawPublicKeys: new Set(),
  })
  const in2026 = Date.UTC(2026, 0, 1)
  const in2031 = Date.UTC(2031, 0, 1)

  it('is believed again, but not longer than every certificate on its path is valid', () => {
    const ours = trust()
    expect(judgeCertificateChain([device.der], ours, in2026)).toMatchObject({ isTrusted: true })
    expect(judgeCertificateChain([device.der], ours, in2026)).toMatchObject({ isTrusted: true })
    expect(judgeCertificateChain([device.der], ours, in2031)).toMatchObject({ isTrusted: false })
  })

  it('is not believed by another trust', () => {
    expect(judgeCertificateChain([device.der], trust(), in2026)).toMatchObject({ isTrusted: true })
    expect(judgeCertificateChain([device.der], { ...trust(), anchors: [] }, in2026)).toMatchObject({
      isTrusted: false,
    })
  })
})

describe('isStillTrusted', () => {
  const middle = issueCertificate({ name: 'middle', isCa: true, issuer: authority })
  const device = issueCertificate({ name: 'device', issuer: middle })
  const chain = [device.der, middle.der]
  const nobody: ClientTrust = { anchors: [], pinnedCertificates: new Set(), rawPublicKeys: new Set() }
  const pinning = { ...trust, pinnedCertificates: new Set([sha256(device.der)]) }

  function identityUnder(given: ClientTrust) {
    const judgement = judgeCertificateChain(chain, given, NOW)
    if (!judgement.isTrusted || judgement.identity.kind !== 'certificate') throw new Error('not believed')
    return judgement.identity
  }

  it('holds for a chain as long as its authority is one', () => {
    const other = issueCertificate({ name: 'another authority', isCa: true })
    const identity = identityUnder(trust)

    expect(identity.authority).toMatch(/^[0-9a-f]{16}$/)
    expect(isStillTrusted(identity, { ...trust, anchors: [other.der, authority.der] })).toBe(true)
    expect(isStillTrusted(identity, { ...trust, anchors: [other.der] })).toBe(false)
    expect(isStillTrusted(identity, nobody)).toBe(false)
  })

  it('holds for a chain whose authority renews its certificate with the same key', () => {
    const renewed = issueCertificate({ name: 'authority', isCa: true, key: authority.key })

    expect(renewed.der).not.toEqual(authority.der)
    expect(isStillTrusted(identityUnder(trust), { ...trust, anchors: [renewed.der] })).toBe(true)
  })

  it('holds for a pinned certificate as long as it is pinned, whatever authorities there are', () => {
    const identity = identityUnder(pinning)

    expect(identity.authority).toBe('')
    expect(isStillTrusted(identity, pinning)).toBe(true)
    expect(isStillTrusted(identity, trust)).toBe(false)
  })

  it('holds for a raw public key as long as it is listed', () => {
    const identity = { kind: 'raw-public-key', thumbprint: 'ab'.repeat(32) } as const

    expect(isStillTrusted(identity, { ...nobody, rawPublicKeys: new Set([identity.thumbprint]) })).toBe(true)
    expect(isStillTrusted(identity, trust)).toBe(false)
  })
})

function sha256(octets: Uint8Array): string {
  return createHash('sha256').update(octets).digest('hex')
}
