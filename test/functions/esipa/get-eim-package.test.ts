import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { PollAnswer } from '../../../functions/euicc/euicc-interface.ts'
import type { OperationId } from '../../../functions/euicc/operation.ts'
import { fromHex, toBase64, toHex } from '../../../shared/octets.ts'
import { importPublicKey, verify } from '../../../shared/pki/index.ts'
import { call, callJson, EID, type Eim, sendAsn1, startEim } from './device.ts'
import { NOTHING_WAITING, type StandInEuicc } from './stand-in-euicc.ts'
import { vector } from './vector.ts'

const POLL = vector('getpkg-req')
const PACKAGE = vector('getpkg-resp-package')
const SIGNED = fromHex('30038101FF')
const TOKEN = fromHex('840107')

let eim: Eim
let euicc: StandInEuicc
beforeEach(async () => {
  vi.spyOn(console, 'warn').mockImplementation(() => {})
  eim = await startEim()
  euicc = eim.euiccs.at(`${eim.identity.tenant}:${EID}`)
})

function toSign(): PollAnswer {
  return {
    kind: 'sign',
    operationId: 'op_1' as OperationId,
    eimId: eim.identity.eimId,
    keyId: eim.identity.keys[0]?.id ?? '',
    euiccPackageSigned: SIGNED,
    associationToken: TOKEN,
  }
}

const HANDED_OUT = { kind: 'answer', octets: fromHex(PACKAGE) } as const

describe('a poll', () => {
  it('with nothing waiting reads no database', async () => {
    await call(eim, POLL)
    const withoutDatabase = {
      ...eim,
      environment: { ...eim.environment, FLEET: undefined as unknown as D1Database },
    }

    expect(await call(withoutDatabase, POLL)).toBe('BF4F03020101')
  })

  it('hands the eUICC the octets as received, the transport, and the identities of the tenant', async () => {
    await call(eim, vector('getpkg-req-full'))

    const keyId = eim.identity.keys[0]?.id
    expect(euicc.polls).toMatchObject([
      {
        transport: { binding: 'asn1', via: 'https', deviceIdentity: null },
        identities: [{ eimId: eim.identity.eimId, keyId, keyIds: [keyId] }],
      },
    ])
    expect(toHex(euicc.polls[0]?.octets ?? fromHex(''))).toBe(vector('getpkg-req-full'))
  })

  it('gives a package that the eUICC has ready, octet for octet', async () => {
    euicc.pollAnswers.push({ kind: 'answer', octets: fromHex(vector('getpkg-resp-trigger')) })

    expect(await call(eim, POLL)).toBe(vector('getpkg-resp-trigger'))
  })

  it('signs euiccPackageSigned followed by the association token, then hands out', async () => {
    euicc.pollAnswers.push(toSign())
    euicc.handOutAnswers.push(HANDED_OUT)

    expect(await call(eim, POLL)).toBe(PACKAGE)

    const [handOut] = euicc.handOuts
    const key = await importPublicKey(eim.identity.keys[0]?.publicKey ?? fromHex(''))
    expect(handOut).toMatchObject({ operationId: 'op_1', keyId: eim.identity.keys[0]?.id })
    expect(handOut?.euiccPackageSigned).toEqual(SIGNED)
    const message = fromHex('30038101FF840107')
    expect(await verify(key, message, handOut?.eimSignature ?? fromHex(''))).toBe(true)
  })

  it('polls again when the operation changed while it was signed', async () => {
    euicc.pollAnswers.push(toSign(), NOTHING_WAITING)

    expect(await call(eim, POLL)).toBe('BF4F03020101')
  })

  it('asks the IPA to come again when the operation keeps changing', async () => {
    euicc.pollAnswers.push(toSign(), toSign(), toSign())

    const response = await sendAsn1(eim, POLL)

    expect(response.status).toBe(503)
    expect(euicc.polls).toHaveLength(3)
  })

  it('asks the IPA to come again when the key cannot be had', async () => {
    euicc.pollAnswers.push({ ...toSign(), keyId: 'key_of_nobody' } as PollAnswer)

    expect((await sendAsn1(eim, POLL)).status).toBe(503)
  })

  it.each([
    ['missingEid without an EID', 'BF4F028000', 'BF4F03020104'],
    ['invalidEid for an EID of 8 octets', vector('getpkg-bad-eid-length'), 'BF4F03020103'],
    [
      'invalidEid for digits that are no decimals',
      `BF4F125A108904404593000000000000215389321A`,
      'BF4F03020103',
    ],
  ])('is answered %s', async (_what, request, answer) => {
    expect(await call(eim, request)).toBe(answer)
    expect(eim.euiccs.asked).toEqual([`${eim.identity.tenant}:${EID}`])
    expect(euicc.polls).toEqual([])
  })

  it('is answered eidNotFound when neither the eUICC nor the fleet is known', async () => {
    euicc.isEnrolled = false

    expect(await call(eim, POLL)).toBe('BF4F03020102')
  })

  it.each(['unknown-extension-in-sequence', 'long-form-length'])('reads %s', async (name) => {
    expect(await call(eim, vector(name))).toBe('BF4F03020101')
  })
})

describe('a poll in JSON', () => {
  it('is the same message to the eUICC', async () => {
    await callJson(eim, 'getEimPackage', {
      eidValue: EID,
      notifyStateChange: true,
      stateChangeCause: 5,
      rPlmn: 'IvgQ',
    })

    expect(toHex(euicc.polls[0]?.octets ?? fromHex(''))).toBe(vector('getpkg-req-full'))
    expect(euicc.polls[0]?.transport.binding).toBe('json')
  })

  it('gives the package as base64 of the element with its tag', async () => {
    euicc.pollAnswers.push({ kind: 'answer', octets: fromHex(PACKAGE) })

    const answer = await callJson(eim, 'getEimPackage', { eidValue: EID })

    expect(answer).toEqual({
      header: { functionExecutionStatus: { status: 'Executed-Success' } },
      euiccPackageRequest: toBase64(fromHex(PACKAGE.slice('BF4F8191'.length))),
    })
  })

  it.each([
    ['missing', {}, '2.2', 4],
    ['too short', { eidValue: '8904' }, '2.1', 3],
    ['no text', { eidValue: 8904 }, '2.1', 3],
    ['unknown', { eidValue: '89044045930000000000002153893211' }, '3.9', 2],
  ])('fails with the status code of an EID that is %s', async (_what, json, reasonCode, eimPackageError) => {
    eim.euiccs.at(`${eim.identity.tenant}:89044045930000000000002153893211`).isEnrolled = false

    expect(await callJson(eim, 'getEimPackage', json)).toEqual({
      header: {
        functionExecutionStatus: { status: 'Failed', statusCodeData: { subjectCode: '8.1.1', reasonCode } },
      },
      eimPackageError,
    })
  })
})
