import { beforeEach, describe, expect, it } from 'vitest'
import { Euicc } from '../../functions/euicc/euicc.ts'
import type { PollAnswer, PollRequest } from '../../functions/euicc/euicc-interface.ts'
import type { NewOperation, OperationRequest } from '../../functions/euicc/operation.ts'
import { decode, encode, type Infer, rawOctets } from '../../shared/asn1/index.ts'
import { fromHex, type Octets, toHex } from '../../shared/octets.ts'
import { eidToOctets, iccidToOctets, parseEid, parseIccid } from '../../shared/sgp22/index.ts'
import {
  GetEimPackageRequest,
  GetEimPackageResponse,
  type IpaEuiccData,
  ProvideEimPackageResult,
  ProvideEimPackageResultResponse,
} from '../../shared/sgp32/index.ts'
import { SeededRandom } from '../simulator/seeded-random.ts'
import { nodeSql } from './node-sql.ts'
import {
  type Results,
  signAsEim,
  signedError,
  signedResult,
  VECTOR_EID,
  vectorCertificate,
  vectorRoot,
} from './vector-card.ts'

const TRANSPORT = { binding: 'asn1', via: 'https', deviceIdentity: null } as const
const EIM_ID = 'eim.example.com'
const IDENTITIES = [{ eimId: EIM_ID, keyId: 'k1', keyIds: ['k1'] }]
const A = '8900012345678901234'
const B = '8985220242022284841'
const DAY = 86_400_000

type DataMembers = Partial<Infer<typeof IpaEuiccData>>

const CI_KEY_ID = Uint8Array.of(1)
const VERSION = Uint8Array.of(1, 0, 0)
const VERSION_10: DataMembers = {
  euiccInfo2: {
    profileVersion: VERSION,
    svn: VERSION,
    euiccFirmwareVer: VERSION,
    extCardResource: VERSION,
    uiccCapability: [],
    rspCapability: [],
    euiccCiPKIdListForVerification: [CI_KEY_ID],
    euiccCiPKIdListForSigning: [CI_KEY_ID],
    ppVersion: VERSION,
    sasAcreditationNumber: '',
    iotSpecificInfo: { iotVersion: [VERSION] },
  },
}

/** One eUICC's object under test, with the card of the known-answer keys behind it. */
class Bench {
  now = Date.parse('2026-12-01T00:00:00Z')
  readonly sql = nodeSql()
  seqNumber = 10
  identities: PollRequest['identities'] = IDENTITIES
  euicc = this.start()

  start(): Euicc {
    return new Euicc({
      sql: this.sql,
      roots: [vectorRoot],
      now: () => this.now,
      random: (octets) => crypto.getRandomValues(new Uint8Array(octets)),
    })
  }

  /** All memory is lost, as when the object is evicted. */
  restart(): void {
    this.euicc = this.start()
  }

  async enrol(): Promise<void> {
    await this.euicc.enrol({
      tenant: 'tnt_a',
      eid: VECTOR_EID,
      eimId: EIM_ID,
      labels: {},
      group: null,
      expectedPollSeconds: null,
      timeZone: null,
    })
  }

  async enqueue(request: OperationRequest, changes: Partial<NewOperation> = {}, key: string | null = null) {
    const result = await this.euicc.enqueue(
      {
        request,
        schedule: { priority: 0, notBefore: 0, deadline: this.now + 30 * DAY, after: null },
        eimId: EIM_ID,
        force: false,
        labels: {},
        retryOf: null,
        traceparent: null,
        ...changes,
      },
      key,
    )
    if (!result) throw new Error('not enrolled')
    return result
  }

  async accepted(request: OperationRequest, changes: Partial<NewOperation> = {}) {
    const result = await this.enqueue(request, changes)
    if (!result.ok) throw new Error(JSON.stringify(result.refusal))
    return result.value.id
  }

  pollRequest(members: { stateChangeCause?: number } = {}): PollRequest {
    const octets = encode(GetEimPackageRequest, { eidValue: eidToOctets(parseEid(VECTOR_EID)), ...members })
    return { octets, transport: TRANSPORT, identities: this.identities }
  }

  /** Polls as the Worker does: signs what it is told to sign. */
  async poll(members: { stateChangeCause?: number } = {}) {
    for (;;) {
      const request = this.pollRequest(members)
      const answer: PollAnswer = await this.euicc.poll(request)
      if (answer.kind === 'unknown-eid') return null
      if (answer.kind === 'answer') return decode(GetEimPackageResponse, answer.octets)
      const eimSignature = await signAsEim(answer.euiccPackageSigned, answer.associationToken)
      const { operationId, keyId, euiccPackageSigned } = answer
      const given = await this.euicc.handOut({
        operationId,
        keyId,
        euiccPackageSigned,
        eimSignature,
        request,
      })
      if (given.kind === 'answer') return decode(GetEimPackageResponse, given.octets)
    }
  }

  async provide(octets: Octets) {
    const answer = await this.euicc.provideEimPackageResult({ octets, transport: TRANSPORT })
    if (answer.kind !== 'answer') throw new Error(answer.kind)
    return decode(ProvideEimPackageResultResponse, answer.octets)
  }

  async nextPackage() {
    const response = await this.poll()
    if (!response?.euiccPackageRequest) throw new Error(`no package but ${JSON.stringify(response)}`)
    return response.euiccPackageRequest
  }

  resultFor(
    request: Awaited<ReturnType<Bench['nextPackage']>>,
    euiccResult: Results,
    signedWith: number | null | Octets = null,
  ) {
    const { eimId, counterValue, eimTransactionId } = request.euiccPackageSigned
    return signedResult(
      { eimId, counterValue, eimTransactionId, seqNumber: ++this.seqNumber, euiccResult },
      signedWith,
    )
  }

  errorFor(request: Awaited<ReturnType<Bench['nextPackage']>>, euiccPackageErrorCode: number) {
    const { eimId, counterValue, eimTransactionId } = request.euiccPackageSigned
    return signedError({ eimId, counterValue, eimTransactionId, euiccPackageErrorCode }, null)
  }

  /** Answers the questions of the first contact: certificates, then profiles A (enabled) and B. */
  async firstContact(token: number | null = null, info: DataMembers = {}): Promise<void> {
    await this.answerData(token === null ? info : { ...info, associationToken: token })
    const package_ = await this.nextPackage()
    await this.provide(await this.resultFor(package_, [listOf([A, true], [B, false])], token))
  }

  async answerData(members: DataMembers = {}) {
    const response = await this.poll()
    const asked = response?.ipaEuiccDataRequest
    if (!asked) throw new Error(`no data request but ${JSON.stringify(response)}`)
    const ipaEuiccData = {
      eumCertificate: vectorCertificate('eum'),
      euiccCertificate: vectorCertificate('euicc'),
      eimTransactionId: asked.eimTransactionId,
      ipaCapabilities: { ipaFeatures: ['directRspServerCommunication'] as const },
      ...members,
    }
    await this.provide(
      encode(ProvideEimPackageResult, { eimPackageResult: { ipaEuiccDataResponse: { ipaEuiccData } } }),
    )
    return asked
  }

  async status(id: Awaited<ReturnType<Bench['accepted']>>) {
    const operation = await this.euicc.operation(id)
    if (!operation) throw new Error('no such operation')
    return operation
  }
}

function listOf(...profiles: readonly (readonly [iccid: string, enabled: boolean])[]): Results[number] {
  return {
    listProfileInfoResult: {
      profileInfoListOk: profiles.map(([iccid, enabled]) => ({
        iccid: iccidToOctets(parseIccid(iccid)),
        profileState: enabled ? 1 : 0,
        fallbackAttribute: false,
      })),
    },
  }
}

let bench: Bench
beforeEach(async () => {
  bench = new Bench()
  await bench.enrol()
})

describe('an eUICC nobody enrolled', () => {
  it('is unknown, and storing nothing', async () => {
    const stranger = new Bench()

    expect(await stranger.poll()).toBeNull()
    expect(stranger.sql.all('SELECT * FROM sqlite_master')).toEqual([])
  })
})

describe('first contact', () => {
  it('asks for certificates, capabilities and token, then for the profiles', async () => {
    const asked = await bench.answerData({ associationToken: 7 })
    expect(toHex(asked.tagList)).toBe('A5A6A8BF22BF20848183A9')
    const package_ = await bench.nextPackage()

    expect(package_.euiccPackageSigned.counterValue).toBe(1)
    expect(package_.euiccPackageSigned.euiccPackage.psmoList?.[0]?.listProfileInfo).toBeDefined()
    expect((await bench.euicc.view())?.certificates?.verified).toBe(true)
    expect((await bench.euicc.eims([EIM_ID]))?.[0]).toMatchObject({
      ours: true,
      associationToken: 7,
      counterUsed: 1,
    })
  })

  it('lets a package pass when the device never answers the questions', async () => {
    await bench.poll()

    expect((await bench.poll())?.euiccPackageRequest).toBeDefined()
  })
})

describe('an operation', () => {
  beforeEach(() => bench.firstContact())

  it('enables a profile and keeps the signed proof', async () => {
    const id = await bench.accepted({ type: 'profile.enable', iccid: B })
    const request = await bench.nextPackage()
    const octets = await bench.resultFor(request, [{ enableResult: 0 }])
    const acknowledged = await bench.provide(octets)

    expect(acknowledged.eimAcknowledgements).toEqual([bench.seqNumber])
    const operation = await bench.status(id)
    expect(operation).toMatchObject({
      status: 'succeeded',
      outcome: 'done',
      results: [{ ok: true, code: { name: 'ok' } }],
    })
    const evidence = await bench.euicc.evidence(operation.evidence[0] ?? '')
    expect(evidence?.verdict).toMatchObject({ verified: true, applied: true })
    expect(octets).toEqual(expect.anything())
    const profiles = (await bench.euicc.profiles())?.profiles.map(({ iccid, state }) => [iccid, state])
    expect(profiles).toEqual([
      [A, 'disabled'],
      [B, 'enabled'],
    ])
  })

  it('gives the same octets again until a result arrives, also after a restart', async () => {
    await bench.accepted({ type: 'profile.enable', iccid: B })
    const once = rawOctets(await bench.nextPackage())
    bench.restart()
    const again = rawOctets(await bench.nextPackage())

    expect(toHex(again)).toBe(toHex(once))
  })

  it('acknowledges a repeated result again and applies it once', async () => {
    await bench.accepted({ type: 'profile.enable', iccid: B })
    const octets = await bench.resultFor(await bench.nextPackage(), [{ enableResult: 0 }])
    const first = await bench.provide(octets)
    const before = (await bench.euicc.timeline({ limit: 1, cursor: null }))?.data[0]?.id
    const second = await bench.provide(octets)

    expect(second).toEqual(first)
    expect((await bench.euicc.timeline({ limit: 1, cursor: null }))?.data[0]?.id).toBe(before)
  })

  it('never believes a result whose signature does not verify', async () => {
    const id = await bench.accepted({ type: 'profile.enable', iccid: B })
    const octets = await bench.resultFor(await bench.nextPackage(), [{ enableResult: 0 }])
    octets[octets.length - 1] = (octets.at(-1) ?? 0) ^ 1
    const answer = await bench.provide(octets)

    expect(answer.emptyResponse).toEqual({})
    expect((await bench.status(id)).status).toBe('delivered')
    expect((await bench.euicc.profiles())?.profiles.find((profile) => profile.iccid === B)?.state).toBe(
      'disabled',
    )
  })

  it('fails with the wire code when the eUICC refuses', async () => {
    const id = await bench.accepted({ type: 'profile.delete', iccid: A })
    await bench.provide(await bench.resultFor(await bench.nextPackage(), [{ deleteResult: 2 }]))

    expect(await bench.status(id)).toMatchObject({
      status: 'failed',
      outcome: 'refused',
      reason: { code: 'profileNotInDisabledState', wireCode: { number: 2 }, step: 0 },
    })
  })

  it('calls an enable with rollback succeeded once a later signed list confirms it', async () => {
    const id = await bench.accepted({ type: 'profile.enable', iccid: B, rollback: true })
    await bench.provide(await bench.resultFor(await bench.nextPackage(), [{ enableResult: 0 }]))
    expect((await bench.status(id)).status).toBe('executed')

    const list = await bench.nextPackage()
    await bench.provide(await bench.resultFor(list, [listOf([A, false], [B, true])]))
    expect((await bench.status(id)).status).toBe('succeeded')
  })

  it('tells the truth when the device rolls back', async () => {
    const id = await bench.accepted({ type: 'profile.enable', iccid: B, rollback: true })
    const request = await bench.nextPackage()
    await bench.provide(await bench.resultFor(request, [{ enableResult: 0 }]))
    await bench.provide(await bench.resultFor(request, [{ rollbackResult: 0 }]))

    expect(await bench.status(id)).toMatchObject({ status: 'failed', outcome: 'rolledBack' })
    expect(
      (await bench.euicc.profiles())?.profiles.find((profile) => profile.state === 'enabled')?.iccid,
    ).toBe(A)
  })

  it('ends no operation by an unsigned error, and takes the result when it comes', async () => {
    const id = await bench.accepted({ type: 'profile.enable', iccid: B })
    const request = await bench.nextPackage()
    const unsigned = encode(ProvideEimPackageResult, {
      eimPackageResult: { euiccPackageResult: { euiccPackageErrorUnsigned: { eimId: EIM_ID } } },
    })
    for (let times = 0; times < 5; times++) await bench.provide(unsigned)
    expect((await bench.status(id)).status).toBe('delivered')

    await bench.provide(await bench.resultFor(request, [{ enableResult: 0 }]))
    expect((await bench.status(id)).status).toBe('succeeded')
  })

  it('finds the lost result after a replay error, without executing twice', async () => {
    const id = await bench.accepted({ type: 'profile.enable', iccid: B })
    const request = await bench.nextPackage()
    const lost = await bench.resultFor(request, [{ enableResult: 0 }])
    await bench.provide(await bench.errorFor(request, 4))
    expect(await bench.status(id)).toMatchObject({ status: 'delivered', waiting: { for: 'recovery' } })

    const asked = (await bench.poll())?.ipaEuiccDataRequest
    expect(toHex(asked?.tagList ?? new Uint8Array())).toBe('A2')
    const { eimPackageResult } = decode(ProvideEimPackageResult, lost)
    if (!eimPackageResult.euiccPackageResult) throw new Error('no result')
    const euiccPackageResultList = [eimPackageResult.euiccPackageResult]
    await bench.provide(
      encode(ProvideEimPackageResult, {
        eimPackageResult: {
          ipaEuiccDataResponse: {
            ipaEuiccData: { euiccPackageResultList, eimTransactionId: asked?.eimTransactionId },
          },
        },
      }),
    )

    expect(await bench.status(id)).toMatchObject({ status: 'succeeded', outcome: 'done' })
  })

  it('sends again only what a signed list proves undone', async () => {
    const id = await bench.accepted({ type: 'profile.enable', iccid: B })
    const request = await bench.nextPackage()
    await bench.provide(await bench.errorFor(request, 4))
    await bench.answerData({ euiccPackageResultList: [] })
    const list = await bench.nextPackage()
    await bench.provide(await bench.resultFor(list, [listOf([A, true], [B, false])]))

    const again = await bench.nextPackage()
    expect(again.euiccPackageSigned.euiccPackage.psmoList?.[0]?.enable).toBeDefined()
    expect(again.euiccPackageSigned.counterValue).toBeGreaterThan(request.euiccPackageSigned.counterValue)
    await bench.provide(await bench.resultFor(again, [{ enableResult: 0 }]))
    expect((await bench.status(id)).status).toBe('succeeded')
  })

  it('expires at its deadline and says that it may have happened', async () => {
    const id = await bench.accepted({ type: 'profile.enable', iccid: B })
    const request = await bench.nextPackage()
    bench.now += 31 * DAY
    bench.euicc.passTime()
    expect(await bench.status(id)).toMatchObject({
      status: 'expired',
      mayHaveExecuted: true,
      outcome: 'unknown',
    })

    await bench.provide(await bench.resultFor(request, [{ enableResult: 0 }]))
    expect(await bench.status(id)).toMatchObject({ status: 'expired', mayHaveExecuted: false })
    expect(
      (await bench.euicc.profiles())?.profiles.find((profile) => profile.state === 'enabled')?.iccid,
    ).toBe(B)
  })

  it('can be cancelled until it leaves, not after', async () => {
    const early = await bench.accepted({ type: 'rat.get' })
    const late = await bench.accepted({ type: 'eim.list' })
    expect(await bench.euicc.cancel(early)).toMatchObject({ ok: true, value: { status: 'cancelled' } })

    await bench.nextPackage()
    expect(await bench.euicc.cancel(late)).toMatchObject({
      ok: false,
      refusal: { kind: 'too-late', status: 'delivered' },
    })
  })

  it('waits for its predecessor, and ends with it', async () => {
    const first = await bench.accepted({ type: 'profile.enable', iccid: B })
    const schedule = { priority: 0, notBefore: 0, deadline: bench.now + DAY, after: first }
    const second = await bench.accepted({ type: 'profile.delete', iccid: A }, { schedule })
    expect(await bench.status(second)).toMatchObject({ status: 'held', waiting: { for: 'predecessor' } })

    await bench.provide(await bench.resultFor(await bench.nextPackage(), [{ enableResult: 3 }]))
    expect(await bench.status(second)).toMatchObject({
      status: 'cancelled',
      reason: { code: 'predecessor-ended' },
    })
  })

  it('refuses what would leave the device unreachable or unmanaged', async () => {
    expect(await bench.enqueue({ type: 'profile.disable', iccid: A })).toMatchObject({
      ok: false,
      refusal: { kind: 'guard', code: 'would-disconnect' },
    })
    expect(await bench.enqueue({ type: 'eim.delete', eimId: EIM_ID })).toMatchObject({
      ok: false,
      refusal: { kind: 'guard', code: 'last-eim' },
    })
    expect(await bench.enqueue({ type: 'profile.disable', iccid: A }, { force: true })).toMatchObject({
      ok: true,
    })
  })

  it('gives the same operation for the same idempotency key, and refuses another under it', async () => {
    const once = await bench.enqueue({ type: 'rat.get' }, {}, 'key-1')
    const twice = await bench.enqueue({ type: 'rat.get' }, {}, 'key-1')
    const other = await bench.enqueue({ type: 'eim.list' }, {}, 'key-1')

    expect(twice).toEqual(once)
    expect(other).toMatchObject({ ok: false, refusal: { kind: 'idempotency-mismatch' } })
  })
})

describe('signing', () => {
  it('tries another of its keys when the eUICC keeps saying that it cannot check a package', async () => {
    await bench.firstContact()
    const id = await bench.accepted({ type: 'profile.enable', iccid: B })
    const first = await bench.nextPackage()
    bench.identities = [{ eimId: EIM_ID, keyId: 'k1', keyIds: ['k1', 'k2'] }]
    const unsigned = encode(ProvideEimPackageResult, {
      eimPackageResult: { euiccPackageResult: { euiccPackageErrorUnsigned: { eimId: EIM_ID } } },
    })
    await bench.provide(unsigned)
    await bench.answerData()
    await bench.provide(unsigned)
    await bench.answerData()

    const answer = await bench.euicc.poll(bench.pollRequest())
    expect(answer).toMatchObject({ kind: 'sign', keyId: 'k2', operationId: id })
    const again = await bench.nextPackage()
    expect(again.euiccPackageSigned.counterValue).toBe(first.euiccPackageSigned.counterValue + 1)
    await bench.provide(await bench.resultFor(again, [{ enableResult: 0 }]))
    expect((await bench.status(id)).status).toBe('succeeded')
  })

  it('accepts the signature of a v1.0 card over data and eimSignature', async () => {
    await bench.firstContact(null, VERSION_10)
    const id = await bench.accepted({ type: 'profile.enable', iccid: B })
    const request = await bench.nextPackage()
    await bench.provide(await bench.resultFor(request, [{ enableResult: 0 }], request.eimSignature))

    expect((await bench.status(id)).status).toBe('succeeded')
  })

  it('uses the token the eUICC gave, and accepts results signed with it', async () => {
    await bench.firstContact(300)
    const id = await bench.accepted({ type: 'profile.enable', iccid: B })
    const answer = await bench.euicc.poll(bench.pollRequest())
    if (answer.kind !== 'sign') throw new Error(answer.kind)

    expect(toHex(answer.associationToken)).toBe('8402012C')
    await bench.provide(await bench.resultFor(await bench.nextPackage(), [{ enableResult: 0 }], 300))
    expect((await bench.status(id)).status).toBe('succeeded')
  })

  it('commits one of two signatures made for the same package', async () => {
    await bench.firstContact()
    await bench.accepted({ type: 'rat.get' })
    const request = bench.pollRequest()
    const answer = await bench.euicc.poll(request)
    if (answer.kind !== 'sign') throw new Error(answer.kind)
    const signed = async () => ({
      ...answer,
      eimSignature: await signAsEim(answer.euiccPackageSigned, answer.associationToken),
      request,
    })
    const first = await bench.euicc.handOut(await signed())
    const second = await bench.euicc.handOut(await signed())

    expect(first.kind).toBe('answer')
    expect(second.kind).toBe('again')
  })
})

describe('the next contact', () => {
  it('is predicted from the rhythm of a sleeper, within a tenth of it', async () => {
    const rhythm = new SeededRandom(5)
    const errors: number[] = []
    let expected: string | null | undefined = null
    for (let day = 0; day < 60; day++) {
      const jitter = Math.round((rhythm.next() - 0.5) * 0.2 * DAY)
      bench.now = Date.parse('2026-12-01T00:00:00Z') + day * DAY + jitter
      if (expected) errors.push(Math.abs(Date.parse(expected) - bench.now))
      await bench.poll()
      expected = (await bench.euicc.view())?.nextExpectedAt
    }
    const median = errors.sort((one, other) => one - other)[errors.length >> 1]

    expect(errors.length).toBeGreaterThan(50)
    expect(median).toBeLessThan(DAY / 10)
  })
})

describe('what cannot be read', () => {
  it('is kept and answered kindly', async () => {
    const answer = await bench.provide(fromHex('BF5003BF5100'))

    expect(answer.emptyResponse).toEqual({})
    expect((await bench.euicc.evidences({ limit: 5, cursor: null }))?.data[0]).toMatchObject({
      kind: 'undecodable',
      octets: 'BF5003BF5100',
    })
  })
})
