import fc from 'fast-check'
import { beforeAll, describe, expect, it, vi } from 'vitest'
import { eimHostOf } from '../../../functions/keys/index.ts'
import { fromHex, toBase64, toHex } from '../../../shared/octets.ts'
import { ASN1_TYPE, EID, type Eim, send, sendAsn1, sendJson, startEim, urlOf } from './device.ts'

const POLL = `BF4F125A10${EID}`
const NOTHING = 'BF4F03020101'
const ASN1_PATH = '/gsma/rsp2/asn1'

let eim: Eim
beforeAll(async () => {
  eim = await startEim()
  vi.spyOn(console, 'warn').mockImplementation(() => {})
})

async function octetsOf(response: Response): Promise<string> {
  return toHex(new Uint8Array(await response.arrayBuffer()))
}

describe('the ASN.1 binding', () => {
  it('answers an executed function with 200, its media type and the protocol version', async () => {
    const response = await sendAsn1(eim, POLL, { 'X-Admin-Protocol': 'gsma/rsp/v2.1.0' })

    expect(response.status).toBe(200)
    expect(response.headers.get('Content-Type')).toBe(ASN1_TYPE)
    expect(response.headers.get('X-Admin-Protocol')).toBe('gsma/rsp/v2.1.0')
    expect(response.headers.get('Connection')).toBeNull()
    expect(await octetsOf(response)).toBe(NOTHING)
  })

  it.each([
    ['gsma/rsp/v2.1.0', 'gsma/rsp/v2.1.0'],
    ['gsma/rsp/v1.3.0', 'gsma/rsp/v1.3.0'],
    ['gsma/rsp/v2.5', 'gsma/rsp/v2.5'],
    ['gsma/rsp/v3', 'gsma/rsp/v3'],
    ['gsma/rsp/2.1.0', 'gsma/rsp/v2.1.0'],
    ['gsma/rsp/v2.x', 'gsma/rsp/v2.1.0'],
    ['', 'gsma/rsp/v2.1.0'],
  ])('answers X-Admin-Protocol %o with %o', async (received, answered) => {
    const response = await sendAsn1(eim, POLL, { 'X-Admin-Protocol': received })

    expect(response.status).toBe(200)
    expect(response.headers.get('X-Admin-Protocol')).toBe(answered)
  })

  it('answers normally without X-Admin-Protocol and User-Agent', async () => {
    const response = await sendAsn1(eim, POLL)

    expect(response.headers.get('X-Admin-Protocol')).toBe('gsma/rsp/v2.1.0')
    expect(await octetsOf(response)).toBe(NOTHING)
  })

  it.each([`${ASN1_TYPE};charset=utf-8`, `${ASN1_TYPE} ; v=1`, ASN1_TYPE.toUpperCase()])(
    'takes Content-Type %o',
    async (type) => {
      expect((await sendAsn1(eim, POLL, { 'Content-Type': type })).status).toBe(200)
    },
  )

  it.each(['application/json', 'application/octet-stream', `${ASN1_TYPE}x`, ''])(
    'refuses Content-Type %o with 415',
    async (type) => {
      expect((await sendAsn1(eim, POLL, { 'Content-Type': type })).status).toBe(415)
    },
  )

  it.each(['GET', 'PUT', 'DELETE', 'OPTIONS', 'HEAD'])(
    'refuses %s with 405 and names POST',
    async (method) => {
      const response = await send(eim, urlOf(eim, ASN1_PATH), { method })

      expect(response.status).toBe(405)
      expect(response.headers.get('Allow')).toBe('POST')
    },
  )

  it.each([
    ['an empty body', ''],
    ['octets after the message', `${POLL}00`],
    ['a message cut short', POLL.slice(0, -2)],
    ['an unknown message', 'BF4D00'],
    ['the A2 wrapper of ES9+', `A217${POLL}`],
    ['an indefinite length', 'BF4F800000'],
    ['a state change cause of no octets', `BF4F145A10${EID}8100`],
  ])('refuses %s with 400', async (_what, hex) => {
    const response = await sendAsn1(eim, hex)

    expect(response.status).toBe(400)
    expect(response.headers.get('Content-Type')).toBe('text/plain;charset=UTF-8')
  })

  it('refuses more than 1 MiB with 413, announced or not', async () => {
    const body = new Uint8Array(1024 * 1024 + 1)
    const headers = { 'Content-Type': ASN1_TYPE }
    const announced = { ...headers, 'Content-Length': String(body.length) }
    const streamed = new Blob([body]).stream()

    const url = urlOf(eim, ASN1_PATH)
    expect((await send(eim, url, { method: 'POST', headers: announced, body })).status).toBe(413)
    expect((await send(eim, url, { method: 'POST', headers, body: streamed })).status).toBe(413)
  })

  it('reads a body of 1 MiB that comes in pieces', async () => {
    const body = new Uint8Array(1024 * 1024)
    const headers = { 'Content-Type': ASN1_TYPE }

    const response = await send(eim, urlOf(eim, ASN1_PATH), {
      method: 'POST',
      headers,
      body: new Blob([body]).stream(),
    })

    expect(response.status).toBe(400)
  })

  it('survives any octets: answered, or refused as no message', async () => {
    const heads = fc.constantFrom('BF39', 'BF3A', 'BF3B', 'BF3D', 'BF41', 'BF4E', 'BF4F', 'BF50', '30', '')
    const messages = fc
      .tuple(heads, fc.uint8Array({ maxLength: 60 }))
      .map(([head, rest]) => head + toHex(rest))

    await fc.assert(
      fc.asyncProperty(messages, async (hex) => {
        const { status } = await sendAsn1(eim, hex)
        expect([200, 204, 400]).toContain(status)
      }),
      { numRuns: 500 },
    )
  })
})

describe('the JSON binding', () => {
  it('answers with a header, and with the error of an idle poll beside it', async () => {
    const response = await sendJson(eim, 'getEimPackage', { eidValue: EID })

    expect(response.status).toBe(200)
    expect(response.headers.get('Content-Type')).toBe('application/json;charset=UTF-8')
    expect(response.headers.get('X-Admin-Protocol')).toBe('gsma/rsp/v2.1.0')
    expect(await response.json()).toEqual({
      header: { functionExecutionStatus: { status: 'Executed-Success' } },
      eimPackageError: 1,
    })
  })

  it('ignores a request header, unknown members and the charset', async () => {
    const json = { header: { functionRequesterIdentifier: 'x' }, eidValue: EID, vendor: { nested: [1] } }

    const response = await sendJson(eim, 'getEimPackage', json, {
      'Content-Type': 'application/json;charset=UTF-8',
    })

    expect(response.status).toBe(200)
  })

  it.each([
    ['text that is no JSON', 'getEimPackage', '{'],
    ['a list', 'getEimPackage', '[]'],
    ['null', 'getEimPackage', 'null'],
    ['a missing member', 'authenticateClient', '{"transactionId":"00"}'],
    ['another element in place of the right one', 'provideEimPackageResult', '{"eimPackageResult":"vxcA"}'],
    ['base64 that is none', 'provideEimPackageResult', '{"eimPackageResult":"*"}'],
    [
      'two of a choice',
      'handleNotification',
      '{"pendingNotification":"MAA=","provideEimPackageResult":"v1AA"}',
    ],
  ])('refuses %s with 400', async (_what, name, body) => {
    const headers = { 'Content-Type': 'application/json' }

    const response = await send(eim, urlOf(eim, `/gsma/rsp2/esipa/${name}`), {
      method: 'POST',
      headers,
      body,
    })

    expect(response.status).toBe(400)
  })

  it('knows no other function', async () => {
    expect((await sendJson(eim, 'getEuiccPackage', {})).status).toBe(404)
    expect((await sendJson(eim, 'constructor', {})).status).toBe(404)
  })

  it('refuses other methods and media types', async () => {
    const url = urlOf(eim, '/gsma/rsp2/esipa/getEimPackage')

    expect((await send(eim, url, { method: 'GET' })).headers.get('Allow')).toBe('POST')
    expect((await sendJson(eim, 'getEimPackage', {}, { 'Content-Type': ASN1_TYPE })).status).toBe(415)
  })

  it('survives any members: answered, or refused as no message', async () => {
    const names = fc.constantFrom(
      'eidValue',
      'eimPackageResult',
      'pendingNotification',
      'provideEimPackageResult',
      'transactionId',
      'euiccChallenge',
      'rPlmn',
      'stateChangeCause',
      'ePRAndNotifications',
    )
    const base64 = fc.uint8Array({ maxLength: 40 }).map((octets) => toBase64(octets))
    const values = fc.oneof(fc.jsonValue({ maxDepth: 2 }), base64, fc.constant(EID))
    const functions = fc.constantFrom(
      'getEimPackage',
      'provideEimPackageResult',
      'handleNotification',
      'initiateAuthentication',
      'transferEimPackage',
      'cancelSession',
    )

    await fc.assert(
      fc.asyncProperty(functions, fc.dictionary(names, values, { maxKeys: 4 }), async (name, members) => {
        const response = await send(eim, urlOf(eim, `/gsma/rsp2/esipa/${name}`), {
          method: 'POST',
          headers: { 'Content-Type': 'application/json' },
          body: JSON.stringify(members),
        })
        expect([200, 204, 400]).toContain(response.status)
      }),
      { numRuns: 300 },
    )
  })
})

describe('the host name', () => {
  it('that nobody has is answered 404', async () => {
    const response = await send(eim, `https://nobody.example.com${ASN1_PATH}`, {
      method: 'POST',
      headers: { 'Content-Type': ASN1_TYPE },
    })

    expect(response.status).toBe(404)
  })

  it('leads to its own tenant and to no other', async () => {
    const other = await startEim()

    await sendAsn1({ ...other, environment: { ...other.environment, FLEET: eim.environment.FLEET } }, POLL)

    expect(other.euiccs.asked).toEqual([`${other.identity.tenant}:${EID}`])
  })

  it('is stood in for by DEFAULT_EIM_FQDN', async () => {
    const { environment, euiccs, identity } = await startEim()
    const local = { euiccs, identity, environment: { ...environment, DEFAULT_EIM_FQDN: identity.eimFqdn } }

    const response = await send(local, `http://localhost:8787${ASN1_PATH}`, {
      method: 'POST',
      headers: { 'Content-Type': ASN1_TYPE },
      body: fromHex(POLL),
    })

    expect(response.status).toBe(200)
  })

  it('is looked up again after half a minute', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() })
    const { environment, identity } = await startEim()
    const before = await eimHostOf(environment, identity.eimFqdn)
    const rename = `UPDATE eim_keys SET id = 'key_other' WHERE tenant = ?`
    await environment.FLEET.prepare(rename).bind(identity.tenant).run()

    expect(await eimHostOf(environment, identity.eimFqdn)).toBe(before)
    vi.setSystemTime(Date.now() + 30_000)
    expect(await eimHostOf(environment, identity.eimFqdn)).toMatchObject({
      identities: [{ keyId: 'key_other' }],
    })
    vi.useRealTimers()
  })

  it('stays known while the database is away', async () => {
    vi.useFakeTimers({ toFake: ['Date'], now: Date.now() })
    const { environment, identity } = await startEim()
    const before = await eimHostOf(environment, identity.eimFqdn)
    const cutOff = { ...environment, FLEET: undefined as unknown as D1Database }

    vi.setSystemTime(Date.now() + 3_600_000)

    expect(await eimHostOf(cutOff, identity.eimFqdn)).toBe(before)
    await expect(eimHostOf(cutOff, 'never-seen.example.com')).rejects.toThrow()
    vi.useRealTimers()
  })
})

describe('an eUICC whose object fails', () => {
  it('makes the IPA come again, and leaves a line in the log', async () => {
    const broken = await startEim()
    const lines: string[] = []
    vi.spyOn(console, 'warn').mockImplementation((line: string) => lines.push(line))
    broken.euiccs.at(`${broken.identity.tenant}:${EID}`).failure = new Error('storage is gone')

    const response = await sendAsn1(broken, POLL)

    expect(response.status).toBe(503)
    expect(response.headers.get('Retry-After')).toBe('30')
    expect(await response.text()).not.toContain('storage')
    expect(lines.map((line) => JSON.parse(line))).toEqual([
      { event: 'esipa-failed', tenant: broken.identity.tenant, eid: EID, reason: 'Error: storage is gone' },
    ])
  })
})
