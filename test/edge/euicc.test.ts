import { beforeEach, describe, expect, it } from 'vitest'
import { rawOctets } from '../../shared/asn1/index.ts'
import { fromHex, toHex } from '../../shared/octets.ts'
import { SeededRandom } from '../simulator/seeded-random.ts'
import { A, B, Bench, DAY, EIM_ID, listOf } from './euicc-bench.ts'
import { signAsEim } from './vector-card.ts'

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

  it('finds a profile by its ICCID without the check digit', async () => {
    const id = await bench.accepted({ type: 'profile.enable', iccid: B.slice(0, -1) })

    expect((await bench.status(id)).params).toEqual({ iccid: B })
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

describe('a list by time', () => {
  it('loses nothing between pages, though much of it came in the same millisecond', async () => {
    for (const octets of ['BF5003BF5101', 'BF5003BF5102', 'BF5003BF5103'])
      await bench.provide(fromHex(octets))
    const seen: string[] = []
    for (let cursor: string | null = null, pages = 0; pages < 4; pages++) {
      const page: Awaited<ReturnType<typeof bench.euicc.evidences>> = await bench.euicc.evidences({
        limit: 1,
        cursor,
      })
      seen.push(...(page?.data ?? []).map((evidence) => evidence.octets))
      cursor = page?.nextCursor ?? null
      if (cursor === null) break
    }

    expect(seen.toSorted()).toEqual(['BF5003BF5101', 'BF5003BF5102', 'BF5003BF5103'])
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
