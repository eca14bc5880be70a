/**
 * The path check against two generic ones, OpenSSL and pkijs, on every chain they can judge. They know whole attributes
 * only, so these chains constrain names in a way that both rules read alike: a true beginning of the subject's name.
 */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import path from 'node:path'
import { Certificate, CertificateChainValidationEngine } from 'pkijs'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { parseCertificate } from '../../../shared/pki/certificate.ts'
import { verifyEuiccChain } from '../../../shared/pki/euicc-chain.ts'
import { writePem } from '../../../shared/pki/pem.ts'
import { chainDefects } from './chain-defects.ts'
import {
  type ChainDraft,
  COUNTRY,
  EID,
  type IssuedChain,
  issueChain,
  type KeyRing,
  keyRings,
  NOW,
  nameConstraints,
  ORGANIZATION,
  SERIAL,
  soundChain,
  vectorKeyRing,
  withExtensions,
} from './forge.ts'

const hasOpenssl = spawnSync('openssl', ['version']).status === 0

/** `C, O, serialNumber` with all 32 digits: a prefix of the digits and the first part of the name at once. */
function genericChain(keys: KeyRing): ChainDraft {
  const sound = soundChain(keys)
  const constraint = nameConstraints([
    [
      [COUNTRY, 'ES'],
      [ORGANIZATION, 'RSP Test EUM'],
      [SERIAL, EID],
    ],
  ])
  return { ...sound, eum: withExtensions(sound.eum, constraint) }
}

let folder: string
beforeAll(() => {
  folder = mkdtempSync(path.join(tmpdir(), 'path-check-'))
})
afterAll(() => rmSync(folder, { recursive: true }))

function opensslAccepts(chain: IssuedChain): boolean {
  const file = (role: keyof IssuedChain) => path.join(folder, `${role}.pem`)
  for (const role of ['ci', 'eum', 'euicc'] as const)
    writeFileSync(file(role), writePem('CERTIFICATE', chain[role]))
  const instant = ['-attime', String(NOW / 1000)]
  const files = ['-CAfile', file('ci'), '-untrusted', file('eum'), file('euicc')]
  return spawnSync('openssl', ['verify', '-no-CApath', '-no-CAstore', ...instant, ...files]).status === 0
}

async function pkijsAccepts({ ci, eum, euicc }: IssuedChain): Promise<boolean> {
  const engine = new CertificateChainValidationEngine({
    trustedCerts: [Certificate.fromBER(ci)],
    certs: [Certificate.fromBER(eum), Certificate.fromBER(euicc)],
    checkDate: new Date(NOW),
  })
  return (await engine.verify()).result
}

async function ourVerdict({ ci, eum, euicc }: IssuedChain): Promise<boolean> {
  const { ok } = await verifyEuiccChain({ euicc, eum }, { roots: [parseCertificate(ci)], at: NOW })
  return ok
}

const seenBy = (check: 'openssl' | 'pkijs') =>
  chainDefects.filter(({ refusedBy }) => refusedBy.includes(check))

describe.runIf(hasOpenssl).each(keyRings)('OpenSSL, with the keys of %s', (_name, keyRing) => {
  it('accepts the chain without fault, as we do', async () => {
    const keys = await keyRing()
    const chain = await issueChain(genericChain(keys), keys)

    expect([opensslAccepts(chain), await ourVerdict(chain)]).toEqual([true, true])
  })

  it.each(seenBy('openssl'))('refuses, as we do, when $name', async ({ spoil }) => {
    const keys = await keyRing()
    const chain = await issueChain(spoil(genericChain(keys)), keys)

    expect([opensslAccepts(chain), await ourVerdict(chain)]).toEqual([false, false])
  })
})

describe('pkijs', () => {
  it('accepts the chain without fault, as we do', async () => {
    const keys = await vectorKeyRing()
    const chain = await issueChain(genericChain(keys), keys)

    expect([await pkijsAccepts(chain), await ourVerdict(chain)]).toEqual([true, true])
  })

  it.each(seenBy('pkijs'))('refuses, as we do, when $name', async ({ spoil }) => {
    const keys = await vectorKeyRing()
    const chain = await issueChain(spoil(genericChain(keys)), keys)

    expect([await pkijsAccepts(chain), await ourVerdict(chain)]).toEqual([false, false])
  })
})

describe.runIf(hasOpenssl)('the real form of an EUM certificate', () => {
  it('is why there is a path check of our own: OpenSSL refuses its eUICCs', async () => {
    const keys = await vectorKeyRing()
    const chain = await issueChain(soundChain(keys), keys)

    expect([opensslAccepts(chain), await ourVerdict(chain)]).toEqual([false, true])
  })
})
