import { describe, expect, it } from 'vitest'
import {
  addInitialEim,
  type EimIdentity,
  eimAddConfiguration,
  eimUpdateConfiguration,
} from '../../../functions/keys/index.ts'
import { decode } from '../../../shared/asn1/index.ts'
import { fromHex, toHex } from '../../../shared/octets.ts'
import { AddInitialEimRequest } from '../../../shared/sgp32/index.ts'
import { vectors } from '../../vectors/sgp32/eco.json'

/** Algorithm id-ecPublicKey on P-256, and a point that no test looks at. */
const SPKI = `3059301306072A8648CE3D020106082A8648CE3D030107034200${'04'.padEnd(130, 'A')}`
const NEXT_SPKI = SPKI.replaceAll('A', 'B').replace(/^.{52}/, SPKI.slice(0, 52))

const identity: EimIdentity = {
  id: 'eim_1',
  tenant: 'acme',
  eimId: 'eim.example.com',
  eimFqdn: 'eim.example.com',
  eimIdType: 'fqdn',
  isDefault: true,
  transportTrust: null,
  keys: [
    {
      id: 'key_1',
      state: 'active',
      publicKey: fromHex(SPKI),
      certificate: null,
      createdAt: 1,
      retiredAt: null,
    },
  ],
  createdAt: 1,
}

describe('AddInitialEim', () => {
  it('is, octet for octet, the published message with certificates', () => {
    const [known] = vectors.filter(({ name }) => name === 'add-initial-eim-certificate')
    const [eim] = decode(AddInitialEimRequest, fromHex(known?.hex ?? '')).eimConfigurationDataList
    const certificate = eim?.eimPublicKeyData?.eimCertificate ?? null
    const der = eim?.trustedPublicKeyDataTls?.trustedCertificateTls ?? fromHex('')
    const [key] = identity.keys
    const certified: EimIdentity = {
      ...identity,
      transportTrust: { kind: 'certificate', der, note: null },
      keys: key ? [{ ...key, certificate }] : [],
    }

    const octets = addInitialEim(certified, {
      supportedProtocols: ['eimRetrieveHttps', 'eimRetrieveCoaps'],
      euiccCiPKId: fromHex('F54172BDF98A95D65CBEB88A38A1C11D800A85C3'),
      indirectProfileDownload: true,
    })

    expect(toHex(octets)).toBe(known?.hex)
  })

  it('asks for a token, counts from 0 and carries the bare public key unless told otherwise', () => {
    const content =
      '800F65696D2E6578616D706C652E636F6D' +
      '810F65696D2E6578616D706C652E636F6D' +
      '820102' +
      '830100' +
      '8401FF' +
      `A55BA059${SPKI.slice(4)}` +
      '87020780'

    expect(toHex(addInitialEim(identity))).toBe(`BF578192A0818F30818C${content}`)
  })

  it('pins a bare transport key, and starts above the counter it is given', () => {
    const trust = { kind: 'publicKey', der: fromHex(NEXT_SPKI), note: null } as const

    const octets = addInitialEim({ ...identity, transportTrust: trust }, { counterValue: 300 })

    expect(decode(AddInitialEimRequest, octets).eimConfigurationDataList[0]).toMatchObject({
      counterValue: 300,
      trustedPublicKeyDataTls: { trustedEimPkTls: fromHex(NEXT_SPKI) },
    })
  })
})

describe('EimConfigurationData for eUICCs in the field', () => {
  const rotating: EimIdentity = {
    ...identity,
    keys: [
      ...identity.keys,
      {
        id: 'key_2',
        state: 'next',
        publicKey: fromHex(NEXT_SPKI),
        certificate: null,
        createdAt: 2,
        retiredAt: null,
      },
    ],
  }

  it('brings the next key to those who have the older one, and asks for no token', () => {
    const update = eimUpdateConfiguration(rotating)

    expect(update).toMatchObject({ eimPublicKeyData: { eimPublicKey: { _der: NEXT_SPKI } } })
    expect(update).not.toHaveProperty('associationToken')
  })

  it('asks for a token when another eIM adds ours', () => {
    expect(eimAddConfiguration(identity)).toMatchObject({ eimId: 'eim.example.com', associationToken: -1 })
  })

  it('can name the key', () => {
    expect(eimUpdateConfiguration(rotating, { keyId: 'key_1' })).toMatchObject({
      eimPublicKeyData: { eimPublicKey: { _der: SPKI } },
    })
    expect(() => eimUpdateConfiguration(rotating, { keyId: 'key_3' })).toThrow(RangeError)
  })
})
