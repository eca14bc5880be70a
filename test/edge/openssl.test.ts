import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { afterAll, beforeAll, expect, it } from 'vitest'
import { decode, rawOctets } from '../../shared/asn1/index.ts'
import { concatOctets, fromHex, type Octets } from '../../shared/octets.ts'
import { plainToDer, writePem } from '../../shared/pki/index.ts'
import { encodeAssociationToken, GetEimPackageResponse } from '../../shared/sgp32/index.ts'
import { CardIssuer } from '../simulator/card-issuer.ts'
import { type Device, makeDevice, OPERATOR } from './device.ts'
import { LocalEdge, TENANT } from './local-edge.ts'

const folder = mkdtempSync(path.join(tmpdir(), 'edge-eim-openssl-'))
afterAll(() => rmSync(folder, { recursive: true }))

function file(name: string, content: Uint8Array | string): string {
  const written = path.join(folder, name)
  writeFileSync(written, content)
  return written
}

function openssl(...args: string[]): { ok: boolean; output: string } {
  const { status, stdout, stderr, error } = spawnSync('openssl', args, { encoding: 'utf8' })
  if (error) throw error
  return { ok: status === 0, output: stdout + stderr }
}

/** What the openssl command says of a plain r || s signature. */
function verifies(publicKeyPem: string, message: Octets, signature: Octets): boolean {
  return openssl(
    'dgst',
    '-sha256',
    '-verify',
    file('key.pem', publicKeyPem),
    '-signature',
    file('signature.der', plainToDer(signature)),
    file('message', message),
  ).ok
}

let edge: LocalEdge
let device: Device
beforeAll(async () => {
  const issuer = CardIssuer.create()
  edge = await LocalEdge.create(issuer, 'openssl.eim.example')
  device = await makeDevice(edge, issuer, 1)
  await edge.enqueue(device.eid, { type: 'profile.enable', iccid: OPERATOR })
  await device.ipa.wakeUp()
})

it('finds the signature of the package good, over package and association token', async () => {
  const trace = await edge.euicc(device.eid).traceEntries({ limit: 50, cursor: null })
  const packages = (trace?.data ?? [])
    .filter((entry) => entry.function === 'getEimPackage' && entry.response)
    .map((entry) => decode(GetEimPackageResponse, fromHex(entry.response ?? '')).euiccPackageRequest)
    .filter((request) => request !== undefined)
  const [request] = packages
  const key = edge.identity?.keys[0]?.publicKey
  if (!request || !key) throw new Error(`no signed package left for ${TENANT}`)
  const token = device.euicc.state.associations[0]?.associationToken ?? null
  const message = concatOctets(rawOctets(request.euiccPackageSigned), encodeAssociationToken(token))
  const pem = writePem('PUBLIC KEY', key)

  expect(verifies(pem, message, request.eimSignature)).toBe(true)
  expect(verifies(pem, concatOctets(message, Uint8Array.of(0)), request.eimSignature)).toBe(false)
})

it('finds the stored evidence good, under the certificate stored with it', async () => {
  const all = await edge.euicc(device.eid).evidences({ limit: 50, cursor: null })
  const signed = (all?.data ?? []).filter((evidence) => evidence.kind === 'euiccPackageResult')
  expect(signed.length).toBeGreaterThan(0)
  for (const { verdict } of signed) {
    const [euiccCertificate = ''] = verdict.chain
    const certificate = file('euicc.der', fromHex(euiccCertificate))
    const { output: pem } = openssl('x509', '-inform', 'DER', '-in', certificate, '-pubkey', '-noout')

    expect(verdict.verified).toBe(true)
    expect(verifies(pem, fromHex(verdict.signedOctets ?? ''), fromHex(verdict.signature ?? ''))).toBe(true)
  }
})
