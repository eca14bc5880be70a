import { readFileSync } from 'node:fs'
import { describe, expect, it } from 'vitest'
import { z } from 'zod'
import { decode, rawOctets } from '../../shared/asn1/index.ts'
import { concatOctets, fromHex, type Octets, toHex } from '../../shared/octets.ts'
import { importPublicKey, parseCertificate, verify, verifyEuiccChain } from '../../shared/pki/index.ts'
import { EuiccPackageResult, encodeAssociationToken } from '../../shared/sgp32/index.ts'
import { A, B, disable, EID, enable, forger, issuer, makeBench, profile, remove } from './bench-card.ts'
import { verifyPlain } from './card-crypto.ts'
import { LIES } from './card-faults.ts'
import { makeKeyPair, simulatedEid } from './card-issuer.ts'
import { packageResult } from './euicc-answers.ts'
import { newState } from './euicc-state.ts'
import { vectorCard, vectorKey } from './known-cards.ts'
import { readPackage } from './package-reader.ts'
import { ScriptedEim } from './scripted-eim.ts'
import { SimulatedEuicc } from './simulated-euicc.ts'

const LIST = { listProfileInfo: {} } as const

const SignatureVector = z.object({
  name: z.string(),
  kind: z.string(),
  hex: z.string(),
  associationToken: z.number().nullable(),
  key: z.string(),
})
const file = new URL('../vectors/sgp32/signatures.json', import.meta.url)
const vectors = z
  .object({ vectors: z.array(SignatureVector) })
  .parse(JSON.parse(readFileSync(file, 'utf8'))).vectors

function vectorEuicc() {
  const { eid, credential } = vectorCard()
  return SimulatedEuicc.of(newState(eid, [profile('8900012345678901234')]), credential)
}

/** The card of the vectors, associated as the eIM of the vectors had it, its counter just behind. */
function associatedVectorEuicc(token: number | null, eimId: string, counterValue: number) {
  const euicc = vectorEuicc()
  euicc.state.associations.push({
    eimId,
    eimIdType: 2,
    counterValue: counterValue - 1,
    associationToken: token,
    subjectPublicKeyInfo: vectorKey('eim-sign').subjectPublicKeyInfo,
    euiccCiPKId: null,
    configuration: new Uint8Array(),
  })
  return euicc
}

describe('against the known answers', () => {
  const packages = vectors.filter(({ kind }) => kind === 'eimSignature')
  const results = vectors.filter(({ name }) => name.startsWith('sig-epr'))

  it.each(packages)('believes the signature of $name', async ({ hex, associationToken }) => {
    const { head } = readPackage(fromHex(hex))
    const euicc = associatedVectorEuicc(associationToken, head.eimId, head.counterValue)

    const answer = decode(EuiccPackageResult, await euicc.loadEuiccPackage(fromHex(hex)))

    expect(answer.euiccPackageResultSigned).toBeDefined()
    expect(euicc.state.executions).toHaveLength(1)
  })

  it.each(packages)('refuses $name under another token', async ({ hex, associationToken }) => {
    const { head } = readPackage(fromHex(hex))
    const euicc = associatedVectorEuicc((associationToken ?? 0) + 1, head.eimId, head.counterValue)

    const answer = decode(EuiccPackageResult, await euicc.loadEuiccPackage(fromHex(hex)))

    expect(answer.euiccPackageErrorUnsigned).toBeDefined()
    expect(euicc.state.executions).toHaveLength(0)
  })

  it.each(results)('signs over the same octets as $name', ({ hex, associationToken }) => {
    const known = decode(EuiccPackageResult, fromHex(hex)).euiccPackageResultSigned
    if (!known) throw new Error('the vector is no signed result')
    const data = known.euiccPackageResultDataSigned

    const made = packageResult(data, data.seqNumber, data.euiccResult, {
      credential: vectorCard().credential,
      token: associationToken,
    })

    const again = decode(EuiccPackageResult, made).euiccPackageResultSigned
    expect(again && toHex(rawOctets(again.euiccPackageResultDataSigned))).toBe(toHex(rawOctets(data)))
    const input = concatOctets(rawOctets(data), encodeAssociationToken(associationToken))
    const spki = vectorKey('euicc').subjectPublicKeyInfo
    expect(verifyPlain(spki, input, known.euiccSignEPR)).toBe(true)
    expect(again && verifyPlain(spki, input, again.euiccSignEPR)).toBe(true)
  })
})

describe('identity', () => {
  const at = Date.parse('2026-12-01T00:00:00Z')
  const chainOf = ({ euiccCertificate: euicc, eumCertificate: eum }: SimulatedEuicc) => ({ euicc, eum })

  it('has a certificate chain with critical name constraints that holds for its EID', async () => {
    const { euicc } = makeBench()
    const roots = [parseCertificate(issuer.ci.certificate)]

    expect(await verifyEuiccChain(chainOf(euicc), { roots, at, eid: EID })).toMatchObject({
      ok: true,
      eid: EID,
    })
    const foreign = [parseCertificate(forger.ci.certificate)]
    expect(await verifyEuiccChain(chainOf(euicc), { roots: foreign, at })).toMatchObject({ ok: false })
  })

  it('signs for each eIM below the CI that the eIM asked for', async () => {
    const second = forger.issueEuicc(EID)
    const euicc = SimulatedEuicc.of(newState(EID, []), issuer.issueEuicc(EID), second)
    const eim = new ScriptedEim('eim.example.com')
    euicc.addInitialEim(eim.addInitialEim({ euiccCiPKId: second.ciPKId }))

    const octets = await euicc.loadEuiccPackage(eim.package(EID, { psmoList: [LIST] }))

    const signed = decode(EuiccPackageResult, octets).euiccPackageResultSigned
    if (!signed) throw new Error('no signed result')
    const input = concatOctets(rawOctets(signed.euiccPackageResultDataSigned), encodeAssociationToken(null))
    const key = await importPublicKey(parseCertificate(second.euiccCertificate).subjectPublicKeyInfo)
    expect(await verify(key, input, signed.euiccSignEPR)).toBe(true)
  })
})

describe('a package', () => {
  it('is answered with its counter, its transaction and the next sequence number', async () => {
    const { eim, run } = makeBench()
    const octets = eim.package(EID, { psmoList: [LIST] })

    const data = (await run(octets)).euiccPackageResultSigned?.euiccPackageResultDataSigned

    expect(data).toMatchObject({ eimId: 'eim.example.com', counterValue: 1, seqNumber: 1 })
    expect(data?.eimTransactionId).toEqual(readPackage(octets).head.eimTransactionId)
  })

  it('never executes twice', async () => {
    const { euicc, eim, run } = makeBench()
    const octets = eim.package(EID, { psmoList: [enable(B)] })
    await run(octets)

    const again = await run(octets)

    expect(again.euiccPackageErrorSigned?.euiccPackageErrorDataSigned).toMatchObject({
      counterValue: 1,
      euiccPackageErrorCode: 4,
    })
    expect(euicc.state.executions).toHaveLength(1)
  })

  it('may skip counters, but not fall behind', async () => {
    const { eim, run } = makeBench()
    expect((await run(eim.package(EID, { psmoList: [LIST] }, 100))).euiccPackageResultSigned).toBeDefined()
    const behind = await run(eim.package(EID, { psmoList: [LIST] }, 99))
    expect(behind.euiccPackageErrorSigned?.euiccPackageErrorDataSigned.euiccPackageErrorCode).toBe(4)
  })

  it('is refused beyond the highest counter, and accepted at it', async () => {
    const { eim, run } = makeBench()
    const beyond = await run(eim.package(EID, { psmoList: [LIST] }, 0x800000))
    expect(beyond.euiccPackageErrorSigned?.euiccPackageErrorDataSigned.euiccPackageErrorCode).toBe(6)
    expect(
      (await run(eim.package(EID, { psmoList: [LIST] }, 0x7fffff))).euiccPackageResultSigned,
    ).toBeDefined()
  })

  it('for another EID is refused', async () => {
    const { eim, run } = makeBench()
    const answer = await run(eim.package(simulatedEid(2), { psmoList: [LIST] }))
    expect(answer.euiccPackageErrorSigned?.euiccPackageErrorDataSigned.euiccPackageErrorCode).toBe(3)
  })

  it('too long for the buffer is refused', async () => {
    const { euicc, eim, run } = makeBench()
    euicc.faults.packageOctets = 100
    const answer = await run(eim.package(EID, { psmoList: [LIST] }))
    expect(answer.euiccPackageErrorSigned?.euiccPackageErrorDataSigned.euiccPackageErrorCode).toBe(15)
  })

  it('is refused during an emergency call', async () => {
    const { euicc, eim, run } = makeBench()
    euicc.state.ecallActive = true
    const answer = await run(eim.package(EID, { psmoList: [LIST] }))
    expect(answer.euiccPackageErrorSigned?.euiccPackageErrorDataSigned.euiccPackageErrorCode).toBe(104)
  })

  it('of an unknown eIM, or with another key, gets an unsigned error', async () => {
    const { euicc, eim, run } = makeBench(undefined, -1)
    const stranger = new ScriptedEim('other.example.com')
    const thief = new ScriptedEim(eim.eimId, makeKeyPair())

    const toStranger = (await run(stranger.package(EID, { psmoList: [LIST] }))).euiccPackageErrorUnsigned
    const toThief = (await run(thief.package(EID, { psmoList: [LIST] }))).euiccPackageErrorUnsigned

    expect(toStranger).toMatchObject({ eimId: 'other.example.com' })
    expect(toStranger?.associationToken).toBeUndefined()
    expect(toThief).toMatchObject({ eimId: eim.eimId, associationToken: eim.token })
    expect(euicc.state.executions).toHaveLength(0)
  })

  it('must be signed over the association token, if there is one', async () => {
    const { eim, run } = makeBench(undefined, -1)
    expect((await run(eim.package(EID, { psmoList: [LIST] }))).euiccPackageResultSigned).toBeDefined()
    eim.token = null
    expect((await run(eim.package(EID, { psmoList: [LIST] }))).euiccPackageErrorUnsigned).toBeDefined()
  })

  it('that is none is an exception, not an answer', async () => {
    const { euicc } = makeBench()
    await expect(euicc.loadEuiccPackage(fromHex('BF5100'))).rejects.toThrow('missing')
  })
})

describe('processing', () => {
  it('stops at the first failure', async () => {
    const { psmo, euicc } = makeBench()
    const results = await psmo(enable(B), remove(B), enable(A))
    expect(results).toEqual([{ enableResult: 0 }, { deleteResult: 2 }])
    expect(euicc.state.executions).toMatchObject([{ operations: ['enable', 'delete'], ok: false }])
  })

  it('may be interrupted between two operations', async () => {
    const { psmo, euicc } = makeBench()
    euicc.faults.interruptAfter = 1
    expect(await psmo(enable(B), disable(B))).toEqual([{ enableResult: 0 }, { processingTerminated: 3 }])
  })

  it('ends when the result outgrows the buffer', async () => {
    const { psmo, euicc } = makeBench()
    euicc.faults.resultOctets = 20
    expect(await psmo(enable(B), LIST)).toEqual([{ enableResult: 0 }, { processingTerminated: 1 }])
  })

  it('ends at a command it does not know', async () => {
    const { eim, euicc, run } = makeBench()
    const octets = eim.package(EID, { psmoList: [enable(B), { getRAT: {} }] })
    const { signed } = readPackage(octets)
    const at = toHex(signed).lastIndexOf('A600') / 2
    const answer = await run(eim.sign(signed.with(at, 0xaf)))
    expect(answer.euiccPackageResultSigned?.euiccPackageResultDataSigned.euiccResult).toEqual([
      { enableResult: 0 },
      { processingTerminated: 2 },
    ])
    expect(euicc.state.executions).toHaveLength(1)
  })
})

describe('memory', () => {
  it('keeps results and notifications in one number space until they are removed', async () => {
    const { psmo, euicc } = makeBench()
    await psmo(enable(B))

    expect(euicc.state.results.map(({ seqNumber }) => seqNumber)).toEqual([1])
    expect(euicc.state.notifications.map(({ seqNumber }) => seqNumber)).toEqual([2, 3])
    euicc.forget([1, 3])
    expect(euicc.state.results).toEqual([])
    expect(euicc.state.notifications.map(({ seqNumber }) => seqNumber)).toEqual([2])
  })

  it('survives in a snapshot that later changes do not touch', async () => {
    const { psmo, euicc, enabled } = makeBench()
    const before = euicc.snapshot()
    await psmo(enable(B))
    expect(enabled()).toBe(B)
    euicc.state = before
    expect(enabled()).toBe(A)
    expect(euicc.state.nextSeqNumber).toBe(1)
  })
})

describe('lies', () => {
  const input = (octets: Octets) => decode(EuiccPackageResult, octets).euiccPackageResultSigned

  it.each(LIES)('tells a %s once, and keeps the truth', async (lie) => {
    const { euicc, eim } = makeBench()
    await euicc.loadEuiccPackage(eim.package(EID, { psmoList: [LIST] }))
    euicc.lieOnce(lie, forger.issueEuicc(EID))

    const told = await euicc.loadEuiccPackage(eim.package(EID, { psmoList: [LIST] }))
    const honest = await euicc.loadEuiccPackage(eim.package(EID, { psmoList: [LIST] }))

    const truth = euicc.state.results[1]?.octets
    expect(told).not.toEqual(truth)
    expect(truth && input(truth)?.euiccPackageResultDataSigned.counterValue).toBe(2)
    expect(honest).toEqual(euicc.state.results[2]?.octets)
  })
})
