import { createExecutionContext, waitOnExecutionContext } from 'cloudflare:test'
import { beforeAll, describe, expect, it } from 'vitest'
import type { Environment } from '../../functions/environment.ts'
import { euiccOf } from '../../functions/euicc/euicc-stub.ts'
import { createEimIdentity } from '../../functions/keys/index.ts'
import worker from '../../functions/worker.ts'
import { decode, rawOctets } from '../../shared/asn1/index.ts'
import { concatOctets, fromHex, type Octets, toHex } from '../../shared/octets.ts'
import { importPublicKey, verify } from '../../shared/pki/index.ts'
import { GetEimPackageResponse } from '../../shared/sgp32/index.ts'
import { prepareEnvironment } from './test-environment.ts'

const EID = '89044045930000000000002153893210'

const ENROLMENT = { labels: {}, group: null, expectedPollSeconds: null, timeZone: null }
const OPERATION = {
  schedule: { priority: 0, notBefore: 0, deadline: Date.UTC(2100, 0), after: null },
  force: false,
  labels: {},
  retryOf: null,
  traceparent: null,
}

let environment: Environment
beforeAll(async () => {
  environment = await prepareEnvironment()
})

async function send(path: string, init?: RequestInit): Promise<Response> {
  const context = createExecutionContext()
  const request = new Request(`https://eim.example.com${path}`, init)
  const response = await worker.fetch(request, environment, context)
  await waitOnExecutionContext(context)
  return response
}

async function poll(): Promise<Octets> {
  const response = await send('/gsma/rsp2/asn1', {
    method: 'POST',
    headers: { 'Content-Type': 'application/x-gsma-rsp-asn1' },
    body: fromHex(`BF4F125A10${EID}`),
  })
  expect(response.status).toBe(200)
  return new Uint8Array(await response.arrayBuffer())
}

function packageIn(response: Octets) {
  return decode(GetEimPackageResponse, response).euiccPackageRequest
}

describe('the Worker', () => {
  it('signs a package for the object of an eUICC, and gives the same octets at each poll after', async () => {
    const created = await createEimIdentity(environment, 'acme', {
      eimId: 'eim.example.com',
      eimFqdn: 'eim.example.com',
      eimIdType: 'fqdn',
    })
    const euicc = euiccOf(environment.EUICC, 'acme', EID)
    await euicc.enrol({ ...ENROLMENT, tenant: 'acme', eid: EID, eimId: 'eim.example.com' })
    await euicc.enqueue({ ...OPERATION, request: { type: 'profile.list' }, eimId: 'eim.example.com' }, null)

    const answers = [await poll(), await poll(), await poll()]

    const [first, again] = answers.filter((answer) => packageIn(answer))
    expect(again).toEqual(first)
    const handedOut = packageIn(first ?? fromHex(''))
    const key = await importPublicKey((created.ok && created.value.keys[0]?.publicKey) || fromHex(''))
    const covered = concatOctets(rawOctets(handedOut?.euiccPackageSigned ?? {}), fromHex('840100'))
    expect(await verify(key, covered, handedOut?.eimSignature ?? fromHex(''))).toBe(true)
  })

  it('answers eidNotFound for an eUICC that nobody enrolled', async () => {
    const stranger = EID.replace(/0$/, '9')
    const response = await send('/gsma/rsp2/asn1', {
      method: 'POST',
      headers: { 'Content-Type': 'application/x-gsma-rsp-asn1' },
      body: fromHex(`BF4F125A10${stranger}`),
    })

    expect(toHex(new Uint8Array(await response.arrayBuffer()))).toBe('BF4F03020102')
  })

  it.each([
    '/',
    '/gsma',
    '/gsma/rsp2/asn1/more',
    '/gsma/rsp2/esipa',
    '/gsma/rsp2/es9plus/getBoundProfilePackage',
  ])('answers %s, which nobody serves, with a problem document', async (path) => {
    const response = await send(path)

    expect(response.status).toBe(404)
    expect(response.headers.get('Content-Type')).toBe('application/problem+json')
    expect(await response.json()).toMatchObject({ status: 404, title: expect.any(String) })
  })
})
