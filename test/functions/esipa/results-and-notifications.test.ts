import { beforeEach, describe, expect, it, vi } from 'vitest'
import type { Environment } from '../../../functions/environment.ts'
import { wrap } from '../../../shared/asn1/index.ts'
import { fromHex, type Octets, toBase64, toHex } from '../../../shared/octets.ts'
import { call, callJson, EID, type Eim, sendAsn1, sendJson, startEim } from './device.ts'
import type { StandInEuicc } from './stand-in-euicc.ts'
import { vector } from './vector.ts'

const POLL = vector('getpkg-req')
const RESULT = vector('provide-epr')
const RESULT_WITHOUT_EID = vector('provide-epr-noeid')
const EMPTY_RESPONSE = 'BF50023000'

let eim: Eim
let euicc: StandInEuicc
beforeEach(async () => {
  vi.spyOn(console, 'warn').mockImplementation(() => {})
  eim = await startEim()
  euicc = eim.euiccs.at(`${eim.identity.tenant}:${EID}`)
})

/** The package with the eimTransactionId that the published results answer. */
async function handOutPackage(): Promise<void> {
  euicc.pollAnswers.push({ kind: 'answer', octets: fromHex(vector('getpkg-resp-package')) })
  await call(eim, POLL)
}

function inside(tag: number, hex: string): string {
  return toHex(wrap(tag, fromHex(hex)))
}

function received(messages: readonly { readonly octets: Octets }[]): string[] {
  return messages.map(({ octets }) => toHex(octets))
}

async function unrouted({ FLEET }: Environment, tenant: string): Promise<string[]> {
  const query = FLEET.prepare('SELECT octets FROM unrouted_notifications WHERE tenant = ?').bind(tenant)
  const { results } = await query.all<{ octets: number[] }>()
  return results.map(({ octets }) => toHex(Uint8Array.from(octets)))
}

describe('a result', () => {
  it('reaches the eUICC it names as received, and gets its acknowledgement', async () => {
    euicc.resultAnswer = { kind: 'answer', octets: fromHex(vector('provide-resp-ack1')) }

    expect(await call(eim, RESULT)).toBe(vector('provide-resp-ack1'))
    expect(received(euicc.results)).toEqual([RESULT])
  })

  it('without an EID finds the eUICC by the package it answers', async () => {
    await handOutPackage()

    expect(await call(eim, RESULT_WITHOUT_EID)).toBe(EMPTY_RESPONSE)
    expect(received(euicc.results)).toEqual([RESULT_WITHOUT_EID])
  })

  it.each([
    ['an error of the eUICC', 'provide-epe'],
    ['an unsigned error', 'provide-epu'],
    ['a result with notifications', 'provide-eprnotif'],
    ['an installation result', 'provide-trigger-ok'],
    ['a download error', 'provide-trigger-error'],
    ['a package refused', 'provide-resperr-format'],
  ])('is found by its package when it is %s without an EID', async (_what, name) => {
    await handOutPackage()
    const eidElement = `5A10${EID}`
    const withEid = vector(name)
    expect(withEid).toContain(eidElement)

    const withoutEid = inside(0xbf50, withEid.slice(withEid.indexOf(eidElement) + eidElement.length))

    expect(await call(eim, withoutEid)).toBe(EMPTY_RESPONSE)
    expect(euicc.results).toHaveLength(1)
  })

  it('is found by another isolate through the database', async () => {
    await handOutPackage()
    const query = 'SELECT tenant, eid FROM eim_transactions WHERE eim_transaction_id = ?'

    const row = eim.environment.FLEET.prepare(query).bind('A1B2C3D4E5F60718293A4B5C6D7E8F90')

    expect(await row.all()).toMatchObject({
      results: expect.arrayContaining([{ tenant: eim.identity.tenant, eid: EID }]),
    })
  })

  it('can be found although the database was away when the package first left', async () => {
    const { FLEET } = eim.environment
    const isAway = {
      ...eim.environment,
      FLEET: {
        prepare: () => {
          throw new Error('away')
        },
      } as unknown as D1Database,
    }
    await call(eim, POLL)
    euicc.pollAnswers.push({ kind: 'answer', octets: fromHex(vector('getpkg-resp-package')) })
    expect(await call({ ...eim, environment: isAway }, POLL)).toBe(vector('getpkg-resp-package'))

    await handOutPackage()

    const query = FLEET.prepare('SELECT eid FROM eim_transactions WHERE tenant = ?').bind(eim.identity.tenant)
    expect(await query.first('eid')).toBe(EID)
  })

  it('of a package known only to the database reaches its eUICC', async () => {
    const insert =
      'INSERT INTO eim_transactions (tenant, eim_transaction_id, eid, created_at) VALUES (?, ?, ?, ?)'
    await eim.environment.FLEET.prepare(insert).bind(eim.identity.tenant, 'A1B2', EID, Date.now()).run()

    const response = 'BF5009A0078002A1B2020102'

    expect(await call(eim, response)).toBe(EMPTY_RESPONSE)
  })

  it('is found by the certificate it brings', async () => {
    const data = inside(0xbf50, vector('ipadata-resp-certs'))

    expect(await call(eim, data)).toBe(EMPTY_RESPONSE)
    expect(received(euicc.results)).toEqual([data])
  })

  it('with an EID and contents nobody understands is for the eUICC to keep', async () => {
    const strange = inside(0xbf50, `5A10${EID}BF51023000`)

    expect(await call(eim, strange)).toBe(EMPTY_RESPONSE)
    expect(received(euicc.results)).toEqual([strange])
  })

  it.each([
    ['missingEid when nothing tells its eUICC', RESULT_WITHOUT_EID, 'BF5003020104'],
    ['missingEid when its contents are not understood', 'BF5004BF510130', 'BF5003020104'],
    ['invalidEid for an EID of one octet', 'BF500A5A0189BF5104A20280 00'.replaceAll(' ', ''), 'BF5003020103'],
  ])('is answered %s', async (_what, request, answer) => {
    expect(await call(eim, request)).toBe(answer)
    expect(euicc.results).toEqual([])
  })

  it('is answered eidNotFound for an eUICC that is not managed here', async () => {
    euicc.isEnrolled = false

    expect(await call(eim, RESULT)).toBe('BF5003020102')
  })

  it('of another tenant does not find the package by its id', async () => {
    await handOutPackage()
    const other = await startEim()

    expect(await call(other, RESULT_WITHOUT_EID)).toBe('BF5003020104')
  })
})

describe('a result in JSON', () => {
  const result = RESULT.slice(RESULT.indexOf('BF5175'))

  it('is the same message to the eUICC', async () => {
    const json = { eidValue: EID, eimPackageResult: toBase64(fromHex(result)) }

    const answer = await callJson(eim, 'provideEimPackageResult', json)

    expect(answer).toEqual({ header: { functionExecutionStatus: { status: 'Executed-Success' } } })
    expect(received(euicc.results)).toEqual([RESULT])
  })

  it('gives acknowledgements as base64 of BF53', async () => {
    euicc.resultAnswer = { kind: 'answer', octets: fromHex('BF5006BF5303800101') }
    const json = { eidValue: EID, eimPackageResult: toBase64(fromHex(result)).replace(/=+$/, '') }

    expect(await callJson(eim, 'provideEimPackageResult', json)).toMatchObject({
      eimAcknowledgements: toBase64(fromHex('BF5303800101')),
    })
  })

  it.each([
    ['its own EID', {}],
    ['the EID outside', { eidValue: EID }],
  ])('may hold the whole ProvideEimPackageResult, with %s', async (_what, more) => {
    const json = { ...more, eimPackageResult: toBase64(fromHex(RESULT)) }

    await callJson(eim, 'provideEimPackageResult', json)

    expect(received(euicc.results)).toEqual([RESULT])
  })

  it('fails with the status code of a missing EID', async () => {
    const json = { eimPackageResult: toBase64(fromHex(result)) }

    expect(await callJson(eim, 'provideEimPackageResult', json)).toEqual({
      header: {
        functionExecutionStatus: {
          status: 'Failed',
          statusCodeData: { subjectCode: '8.1.1', reasonCode: '2.2' },
        },
      },
    })
  })

  it('may come by handleNotification, which acknowledges nothing', async () => {
    const response = await sendJson(eim, 'handleNotification', {
      provideEimPackageResult: toBase64(fromHex(RESULT)),
    })

    expect(response.status).toBe(204)
    expect(received(euicc.notifications)).toEqual([inside(0xbf3d, RESULT)])
  })
})

describe('a notification', () => {
  it.each(['notify-other-enable', 'notify-compact-other'])(
    'reaches its eUICC as received: %s',
    async (name) => {
      const response = await sendAsn1(eim, vector(name))

      expect(response.status).toBe(204)
      expect(response.headers.get('Content-Type')).toBeNull()
      expect(await response.text()).toBe('')
      expect(received(euicc.notifications)).toEqual([vector(name)])
    },
  )

  it('without the explicit tag of v1.1 and later reaches its eUICC too', async () => {
    const signed = vector('notify-other-enable')
    const direct = inside(0xbf3d, signed.slice(signed.indexOf('3082', 8)))

    expect((await sendAsn1(eim, direct)).status).toBe(204)
    expect(received(euicc.notifications)).toEqual([direct])
  })

  it('in JSON is the same message to the eUICC', async () => {
    const octets = vector('notify-other-delete')
    const pending = octets.slice(octets.indexOf('3082', 8))

    const response = await sendJson(eim, 'handleNotification', {
      pendingNotification: toBase64(fromHex(pending)),
    })

    expect(response.status).toBe(204)
    expect(await response.text()).toBe('')
    expect(received(euicc.notifications)).toEqual([octets])
  })

  it('that names no eUICC is kept beside, once', async () => {
    const { environment, identity } = eim
    const installed = vector('notify-compact-pir-expanded')

    expect((await sendAsn1(eim, installed)).status).toBe(204)
    expect((await sendAsn1(eim, installed)).status).toBe(204)

    expect(await unrouted(environment, identity.tenant)).toEqual([installed])
  })

  it('of an eUICC that is not managed here is kept beside', async () => {
    euicc.isEnrolled = false

    expect((await sendAsn1(eim, vector('notify-other-enable'))).status).toBe(204)

    expect(await unrouted(eim.environment, eim.identity.tenant)).toEqual([vector('notify-other-enable')])
  })

  it('that names no eUICC is left with the IPA when it is too large to keep', async () => {
    const large = inside(0xbf3d, inside(0xa0, inside(0xbf37, '00'.repeat(16 * 1024))))

    expect((await sendAsn1(eim, large)).status).toBe(413)
  })

  it('that names no eUICC is left with the IPA when too many wait already', async () => {
    const fill = `INSERT INTO unrouted_notifications (tenant, digest, received_at, octets)
      WITH RECURSIVE count(n) AS (SELECT 1 UNION ALL SELECT n + 1 FROM count WHERE n < 10000)
      SELECT ?, n, 0, x'00' FROM count`
    await eim.environment.FLEET.prepare(fill).bind(eim.identity.tenant).run()

    const response = await sendAsn1(eim, vector('notify-compact-pir'))

    expect(response.status).toBe(503)
  })

  it('is left with the IPA when the eUICC could not store it', async () => {
    euicc.failure = new Error('storage is gone')

    expect((await sendAsn1(eim, vector('notify-other-enable'))).status).toBe(503)
  })

  it.each(['BF3D00', 'BF3D048202A1B2', 'BF3D04A0020500'])('%s is none', async (hex) => {
    expect((await sendAsn1(eim, hex)).status).toBe(400)
  })
})

describe('TransferEimPackageResponse as a request', () => {
  const result = RESULT_WITHOUT_EID.slice('BF508180'.length)

  it('is stored when it is a result of a known package', async () => {
    await handOutPackage()

    const response = await sendAsn1(eim, inside(0xbf4e, result))

    expect(response.status).toBe(204)
    expect(received(euicc.results)).toEqual([RESULT_WITHOUT_EID])
  })

  it('is stored when it comes in JSON', async () => {
    await handOutPackage()

    const response = await sendJson(eim, 'transferEimPackage', {
      euiccPackageResult: toBase64(fromHex(result)),
    })

    expect(response.status).toBe(204)
    expect(received(euicc.results)).toEqual([RESULT_WITHOUT_EID])
  })

  it.each([
    ['the result of an unknown package', inside(0xbf4e, result)],
    ['an acknowledgement of nothing', 'BF4E020500'],
    ['an error without a package', vector('transfer-resp-error')],
    ['the v1.3 form', vector('v13-transfer-received-cid')],
  ])('is refused when it is %s', async (_what, hex) => {
    expect((await sendAsn1(eim, hex)).status).toBe(400)
    expect(euicc.results).toEqual([])
  })
})

describe('an indirect profile download', () => {
  it.each([
    ['initauth-req-min', 'BF390381017F'],
    ['authclient-req-full', 'BF3B0382010A'],
    ['authclient-req-error', 'BF3B0382010A'],
    ['getbpp-req-ok', 'BF3A0381015F'],
    ['cancel-req-ok', 'BF4103810101'],
  ])('ends at once: %s is answered %s', async (name, answer) => {
    expect(await call(eim, vector(name))).toBe(answer)
  })

  it('that claims a trigger is answered invalidEimTransactionId', async () => {
    const request = inside(0xbf39, `8110${'00'.repeat(16)}8202A1B2`)

    expect(await call(eim, request)).toBe('BF3903810134')
  })

  it('fails with the status codes of the JSON binding', async () => {
    const challenge = { euiccChallenge: toBase64(new Uint8Array(16)), eimTransactionId: 'A1B2' }
    const cancelled = { transactionId: 'A1', cancelSessionResponse: toBase64(fromHex('BF4103810105')) }

    expect(await callJson(eim, 'initiateAuthentication', challenge)).toEqual({
      header: {
        functionExecutionStatus: {
          status: 'Failed',
          statusCodeData: { subjectCode: '8.31.2', reasonCode: '3.10' },
        },
      },
    })
    expect(await callJson(eim, 'cancelSession', cancelled)).toMatchObject({
      header: { functionExecutionStatus: { statusCodeData: { subjectCode: '8.10.1', reasonCode: '3.9' } } },
    })
  })
})
