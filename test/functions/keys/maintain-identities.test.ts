import { beforeAll, describe, expect, it } from 'vitest'
import type { Environment } from '../../../functions/environment.ts'
import {
  createEimIdentity,
  type EimIdentity,
  getEimIdentity,
  type IdentityRefusal,
  listEimIdentities,
  retireSigningKey,
  rewrapSigningKeys,
  rotateSigningKey,
  setDefaultEimIdentity,
  setSigningCertificate,
  setTransportTrust,
  signEuiccPackage,
  signingIdentities,
  signingKey,
} from '../../../functions/keys/index.ts'
import { fromHex, type Octets } from '../../../shared/octets.ts'
import { importPublicKey, verify, writePem } from '../../../shared/pki/index.ts'
import { prepareEnvironment } from '../test-environment.ts'

let environment: Environment
beforeAll(async () => {
  environment = await prepareEnvironment()
})

type Outcome =
  | { readonly ok: true; readonly value: EimIdentity }
  | { readonly ok: false; readonly refusal: IdentityRefusal }

function accepted(outcome: Outcome): EimIdentity {
  if (!outcome.ok) throw new Error(`refused: ${outcome.refusal.kind}`)
  return outcome.value
}

function refusalOf(outcome: Outcome): IdentityRefusal {
  if (outcome.ok) throw new Error('was accepted')
  return outcome.refusal
}

async function create(tenant: string, eimId: string, more: { privateKey?: string; eimFqdn?: string } = {}) {
  return createEimIdentity(environment, tenant, { eimId, eimFqdn: eimId, eimIdType: 'fqdn', ...more })
}

async function pkcs8(): Promise<Octets> {
  const pair = await crypto.subtle.generateKey({ name: 'ECDSA', namedCurve: 'P-256' }, true, [
    'sign',
    'verify',
  ])
  if (!('privateKey' in pair)) throw new Error('no pair')
  const exported = await crypto.subtle.exportKey('pkcs8', pair.privateKey)
  if (!(exported instanceof ArrayBuffer)) throw new Error('no octets')
  return new Uint8Array(exported)
}

async function signs(tenant: string, identity: EimIdentity, keyId: string): Promise<boolean> {
  const key = await signingKey(environment, tenant, identity.eimId, keyId)
  const [signed, token] = [fromHex('3003810101'), fromHex('840100')]
  const signature = await signEuiccPackage(key, signed, token)
  const publicKey = identity.keys.find(({ id }) => id === keyId)?.publicKey ?? new Uint8Array()
  return verify(await importPublicKey(publicKey), fromHex('3003810101840100'), signature)
}

describe('an eIM identity', () => {
  it('is created with a key whose signatures its public key verifies', async () => {
    const identity = accepted(await create('made', 'made.example.com'))

    expect(identity).toMatchObject({ eimId: 'made.example.com', isDefault: true, transportTrust: null })
    expect(identity.id).toMatch(/^eim_[0-9A-Z]{26}$/)
    expect(identity.keys).toMatchObject([{ state: 'active', certificate: null }])
    expect(await signs('made', identity, identity.keys[0]?.id ?? '')).toBe(true)
    expect(await getEimIdentity(environment.FLEET, 'made', identity.id)).toEqual(identity)
  })

  it('takes a PKCS#8 key that its eUICCs trust already', async () => {
    const identity = accepted(
      await create('brought', 'brought.example.com', { privateKey: writePem('PRIVATE KEY', await pkcs8()) }),
    )

    expect(await signs('brought', identity, identity.keys[0]?.id ?? '')).toBe(true)
  })

  it('refuses a SEC 1 key and says how to convert it', async () => {
    const refusal = refusalOf(
      await create('sec1', 'sec1.example.com', { privateKey: writePem('EC PRIVATE KEY', await pkcs8()) }),
    )

    expect(refusal).toMatchObject({ kind: 'invalid', pointer: '/privateKey' })
    expect(refusal.kind === 'invalid' && refusal.detail).toContain('openssl pkcs8 -topk8')
  })

  it.each([
    ['an encrypted key', 'ENCRYPTED PRIVATE KEY'],
    ['a certificate', 'CERTIFICATE'],
    ['octets that are no key', 'PRIVATE KEY'],
  ])('refuses %s in place of a key', async (_what, label) => {
    const outcome = await create('nokey', 'nokey.example.com', {
      privateKey: writePem(label, fromHex('3000')),
    })

    expect(refusalOf(outcome)).toMatchObject({ kind: 'invalid', pointer: '/privateKey' })
  })

  it('keeps a host name for the tenant that had it first, who may use it again', async () => {
    accepted(await create('first', 'shared.example.com'))

    const second = await create('second', 'other-id', { eimFqdn: 'Shared.Example.com' })
    const again = await createEimIdentity(environment, 'first', {
      eimId: '2.999.1',
      eimFqdn: 'SHARED.example.com',
      eimIdType: 'oid',
    })

    expect(refusalOf(second)).toEqual({ kind: 'fqdn-taken', eimFqdn: 'shared.example.com' })
    expect(accepted(again)).toMatchObject({ eimFqdn: 'shared.example.com', isDefault: false })
  })

  it('keeps its host name even if two tenants ask at once', async () => {
    const outcomes = await Promise.allSettled([
      create('fast', 'fast-id', { eimFqdn: 'race.example.com' }),
      create('faster', 'faster-id', { eimFqdn: 'race.example.com' }),
    ])

    const winners = outcomes.filter((outcome) => outcome.status === 'fulfilled' && outcome.value.ok)
    expect(winners).toHaveLength(1)
  })

  it('has an eimId of its own among the identities of the tenant', async () => {
    accepted(await create('twice', 'twice.example.com'))

    expect(refusalOf(await create('twice', 'twice.example.com'))).toMatchObject({ kind: 'eim-id-taken' })
  })

  it('may have the eimId of another tenant', async () => {
    const wanted = { eimId: 'same', eimIdType: 'proprietary' } as const

    accepted(await createEimIdentity(environment, 'left', { ...wanted, eimFqdn: 'left.example.com' }))
    accepted(await createEimIdentity(environment, 'right', { ...wanted, eimFqdn: 'right.example.com' }))
  })

  it.each([
    [{ eimId: '', eimIdType: 'proprietary' }, '/eimId'],
    [{ eimId: 'x'.repeat(129), eimIdType: 'proprietary' }, '/eimId'],
    [{ eimId: '2.999.', eimIdType: 'oid' }, '/eimId'],
    [{ eimId: 'no host name', eimIdType: 'fqdn' }, '/eimId'],
    [{ eimId: 'fine', eimIdType: 'fqdn', eimFqdn: 'https://fine' }, '/eimFqdn'],
  ] as const)('is refused with the wrong member named: %o', async (wanted, pointer) => {
    const outcome = await createEimIdentity(environment, 'invalid', {
      eimFqdn: 'invalid.example.com',
      ...wanted,
    })

    expect(refusalOf(outcome)).toMatchObject({ kind: 'invalid', pointer })
  })

  it('is invisible to other tenants', async () => {
    const identity = accepted(await create('owner', 'owner.example.com'))

    expect(await getEimIdentity(environment.FLEET, 'stranger', identity.id)).toBeUndefined()
    const outcome = await setDefaultEimIdentity(environment.FLEET, 'stranger', identity.id)
    expect(refusalOf(outcome)).toEqual({ kind: 'unknown-identity' })
  })

  it('hands the default on when another becomes it', async () => {
    accepted(await create('defaults', 'one.defaults.example.com'))
    const two = accepted(await create('defaults', 'two.defaults.example.com'))

    accepted(await setDefaultEimIdentity(environment.FLEET, 'defaults', two.id))

    const list = await listEimIdentities(environment.FLEET, 'defaults')
    expect(list.filter(({ isDefault }) => isDefault).map(({ id }) => id)).toEqual([two.id])
  })
})

describe('the keys of an identity', () => {
  it('roll over: both sign until the old one is retired, new associations start with the new one', async () => {
    const before = accepted(await create('roll', 'roll.example.com'))
    const old = before.keys[0]?.id ?? ''

    const during = accepted(await rotateSigningKey(environment, 'roll', before.id))
    const fresh = during.keys[1]?.id ?? ''

    expect(during.keys.map(({ state }) => state)).toEqual(['active', 'next'])
    expect(await signingIdentities(environment.FLEET, 'roll')).toEqual([
      { eimId: 'roll.example.com', keyId: fresh, keyIds: [old, fresh] },
    ])
    expect(await signs('roll', during, old)).toBe(true)
    expect(await signs('roll', during, fresh)).toBe(true)

    const after = accepted(await retireSigningKey(environment.FLEET, 'roll', before.id, old))

    expect(after.keys).toMatchObject([{ state: 'retired' }, { state: 'active' }])
    expect(await signingIdentities(environment.FLEET, 'roll')).toMatchObject([
      { keyId: fresh, keyIds: [fresh] },
    ])
  })

  it('lose their private half when retired', async () => {
    const identity = accepted(await create('erased', 'erased.example.com'))
    const old = identity.keys[0]?.id ?? ''
    accepted(await rotateSigningKey(environment, 'erased', identity.id))
    accepted(await retireSigningKey(environment.FLEET, 'erased', identity.id, old))

    await expect(signingKey(environment, 'erased', identity.eimId, old)).rejects.toMatchObject({
      code: 'signing-key-missing',
    })
    const left = environment.FLEET.prepare('SELECT wrapped_private_key AS half FROM eim_keys WHERE id = ?')
    expect(await left.bind(old).first('half')).toBeNull()
  })

  it('make the second last rotation active when a third key comes', async () => {
    const { id } = accepted(await create('thrice', 'thrice.example.com'))

    accepted(await rotateSigningKey(environment, 'thrice', id))
    const identity = accepted(await rotateSigningKey(environment, 'thrice', id))

    expect(identity.keys.map(({ state }) => state)).toEqual(['active', 'active', 'next'])
  })

  it('are not retired while new associations start with them', async () => {
    const identity = accepted(await create('needed', 'needed.example.com'))

    const outcome = await retireSigningKey(
      environment.FLEET,
      'needed',
      identity.id,
      identity.keys[0]?.id ?? '',
    )

    expect(refusalOf(outcome)).toMatchObject({ kind: 'key-in-use' })
  })

  it('do not come back: a rotation to a former key is refused', async () => {
    const privateKey = writePem('PRIVATE KEY', await pkcs8())
    const { id } = accepted(await create('again', 'again.example.com', { privateKey }))

    const outcome = await rotateSigningKey(environment, 'again', id, privateKey)

    expect(refusalOf(outcome)).toMatchObject({ kind: 'invalid', pointer: '/privateKey' })
  })

  it('never lie in the database in the clear', async () => {
    const der = await pkcs8()
    const identity = accepted(
      await create('sealed', 'sealed.example.com', { privateKey: writePem('PRIVATE KEY', der) }),
    )

    const select = environment.FLEET.prepare('SELECT wrapped_private_key AS half FROM eim_keys WHERE id = ?')
    const stored = await select.bind(identity.keys[0]?.id ?? '').first<number[]>('half')

    expect(stored?.length).toBe(12 + der.length + 16)
    const scalar = der.slice(36, 68).join()
    expect(der.join()).toContain(scalar)
    expect(stored?.join()).not.toContain(scalar)
  })

  it('open neither under another secret nor for another tenant', async () => {
    const identity = accepted(await create('locked', 'locked.example.com'))
    const keyId = identity.keys[0]?.id ?? ''
    const other = { ...environment, KEY_ENCRYPTION_KEY: btoa('\0'.repeat(32)) }

    await expect(signingKey(other, 'locked', identity.eimId, keyId)).rejects.toMatchObject({
      code: 'key-wrapping',
    })
    const moved = 'UPDATE eim_keys SET tenant = ?, identity = ? WHERE id = ?'
    const thief = accepted(await create('thief', 'thief.example.com'))
    await environment.FLEET.prepare(moved).bind('thief', thief.id, keyId).run()
    await expect(signingKey(environment, 'thief', thief.eimId, keyId)).rejects.toMatchObject({
      code: 'key-wrapping',
    })
  })

  it('move to a fresh secret while they go on signing', async () => {
    const meanwhile = accepted(await create('moving', 'meanwhile.example.com'))
    const after = accepted(await create('moving', 'after.example.com'))
    const open = (secrets: Environment, { eimId, keys }: EimIdentity) =>
      signingKey(secrets, 'moving', eimId, keys[0]?.id ?? '')
    const fresh = { ...environment, KEY_ENCRYPTION_KEY: btoa('fresh'.padEnd(32, '.')) }
    const both = { ...fresh, KEY_ENCRYPTION_KEY_PREVIOUS: environment.KEY_ENCRYPTION_KEY }
    await expect(open(fresh, after)).rejects.toMatchObject({ code: 'key-wrapping' })

    const openedMeanwhile = await open(both, meanwhile)
    const counts = [await rewrapSigningKeys(both), await rewrapSigningKeys(both)]

    expect(openedMeanwhile.extractable).toBe(false)
    expect(counts).toEqual([expect.any(Number), 0])
    expect(counts[0]).toBeGreaterThanOrEqual(2)
    expect((await open(fresh, after)).extractable).toBe(false)
  })

  it('cannot be read out of the isolate', async () => {
    const identity = accepted(await create('kept', 'kept.example.com'))

    const key = await signingKey(environment, 'kept', identity.eimId, identity.keys[0]?.id ?? '')

    expect(key.extractable).toBe(false)
    await expect(crypto.subtle.exportKey('pkcs8', key)).rejects.toThrow()
  })

  it('need a secret of 32 octets', async () => {
    const short = { ...environment, KEY_ENCRYPTION_KEY: 'c2hvcnQ=' }
    const wanted = { eimId: 'x', eimFqdn: 'short.example.com', eimIdType: 'proprietary' } as const

    await expect(createEimIdentity(short, 'short', wanted)).rejects.toMatchObject({ code: 'key-wrapping' })
  })
})

describe('trust material', () => {
  it('keeps a transport key with its note, and forgets it again', async () => {
    const identity = accepted(await create('pinned', 'pinned.example.com'))
    const der = identity.keys[0]?.publicKey ?? new Uint8Array()
    const trust = { kind: 'publicKey', der, note: 'gateway key, renewed by hand' } as const

    const pinned = await setTransportTrust(environment.FLEET, 'pinned', identity.id, trust)
    const free = await setTransportTrust(environment.FLEET, 'pinned', identity.id, null)

    expect(accepted(pinned).transportTrust).toEqual(trust)
    expect(accepted(free).transportTrust).toBeNull()
  })

  it('refuses octets that are no key or certificate', async () => {
    const { id } = accepted(await create('garbage', 'garbage.example.com'))

    for (const kind of ['publicKey', 'certificate'] as const) {
      const outcome = await setTransportTrust(environment.FLEET, 'garbage', id, {
        kind,
        der: fromHex('3000'),
        note: null,
      })
      expect(refusalOf(outcome)).toMatchObject({ kind: 'invalid', pointer: '/der' })
    }
  })

  it('refuses a signing certificate that is not for the key', async () => {
    const identity = accepted(await create('foreign', 'foreign.example.com'))
    const keyId = identity.keys[0]?.id ?? ''

    const outcome = await setSigningCertificate(
      environment.FLEET,
      'foreign',
      identity.id,
      keyId,
      fromHex('3000'),
    )

    expect(refusalOf(outcome)).toMatchObject({ kind: 'invalid', pointer: '/certificate' })
  })
})
