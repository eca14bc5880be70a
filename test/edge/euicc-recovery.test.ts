import { beforeEach, describe, expect, it } from 'vitest'
import { decode, encode } from '../../shared/asn1/index.ts'
import { toHex } from '../../shared/octets.ts'
import { ProvideEimPackageResult } from '../../shared/sgp32/index.ts'
import { A, B, Bench, EIM_ID, listOf, VERSION_10 } from './euicc-bench.ts'

let bench: Bench
beforeEach(async () => {
  bench = new Bench()
  await bench.enrol()
})

describe('a package whose result is missing', () => {
  beforeEach(() => bench.firstContact())

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
})

describe('a package the eUICC cannot check', () => {
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
})
