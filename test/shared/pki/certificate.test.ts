import { X509Certificate } from 'node:crypto'
import fc from 'fast-check'
import { Certificate as PkijsCertificate } from 'pkijs'
import { describe, expect, it } from 'vitest'
import { Asn1Fault } from '../../../shared/asn1/asn1-fault.ts'
import { fromHex, type Octets, toHex } from '../../../shared/octets.ts'
import { parseCertificate } from '../../../shared/pki/certificate.ts'
import { valuesOf } from '../../../shared/pki/name.ts'
import {
  CN,
  type Draft,
  EID,
  issue,
  nameConstraints,
  ORGANIZATION,
  SERIAL,
  soundChain,
  vectorKeyRing,
  withExtensions,
} from './forge.ts'
import { hasSgp26, keyVector, sgp26File } from './known-answers.ts'

const vectorNames = ['ci', 'eum', 'euicc', 'eim-sign', 'eim-tls', 'dpauth', 'dppb']
const sgp26Names = [
  ...[
    'CI_ECDSA',
    'EUM_ECDSA',
    'EUICC_ECDSA',
    'S_SM_DPauth_ECDSA',
    'S_SM_DPpb_ECDSA',
    'S_SM_DP_VARO_TLS',
  ].flatMap((name) => [`nist/CERT_${name}_NIST.der`, `brainpool/CERT_${name}_BRP.der`]),
  ...['CI_SIG', 'EUM_SIG', 'EUICC_SIG', 'S_EIMsign_ECDSA'].map((name) => `variant-o/CERT_${name}_NIST.der`),
]
const realCertificates: [string, Octets][] = [
  ...vectorNames.map((name): [string, Octets] => [name, keyVector(name).certificateHex]),
  ...(hasSgp26 ? sgp26Names.map((name): [string, Octets] => [name, sgp26File(name)]) : []),
]

describe('every real certificate', () => {
  it.each(realCertificates)('%s is read as other implementations read it', (_name, der) => {
    const certificate = parseCertificate(der)

    const pkijs = PkijsCertificate.fromBER(der)
    expect(toHex(certificate.tbs)).toBe(toHex(pkijs.tbsView))
    expect(certificate.version).toBe(pkijs.version + 1)
    expect(certificate.notBefore).toBe(pkijs.notBefore.value.getTime())
    expect(certificate.notAfter).toBe(pkijs.notAfter.value.getTime())
    expect(toHex(certificate.issuer.raw)).toBe(hexOf(pkijs.issuer.toSchema().toBER()))
    expect(toHex(certificate.subject.raw)).toBe(hexOf(pkijs.subject.toSchema().toBER()))
    expect(certificate.subject.attributes.map(({ type, value }) => [type, value])).toEqual(
      pkijs.subject.typesAndValues.map(({ type, value }) => [String(type), value.valueBlock.value]),
    )
    expect(certificate.extensions.map(({ id, isCritical }) => [id, isCritical])).toEqual(
      pkijs.extensions?.map(({ extnID, critical }) => [extnID, critical]),
    )
    const node = new X509Certificate(der)
    expect(toHex(certificate.serialNumber).replace(/^0+/, '')).toBe(node.serialNumber.replace(/^0+/, ''))
    expect(certificate.values.basicConstraints?.isCa ?? false).toBe(node.ca)
  })
})

const hexOf = (buffer: ArrayBuffer) => toHex(new Uint8Array(buffer))

describe.runIf(hasSgp26)('the SGP.26 certificates', () => {
  it('tell the EUM: constraints, path length, key identifiers, registered ID', () => {
    const { values, subject } = parseCertificate(sgp26File('nist/CERT_EUM_ECDSA_NIST.der'))

    expect(values).toMatchObject({
      authorityKeyIdentifier: fromHex('F54172BDF98A95D65CBEB88A38A1C11D800A85C3'),
      subjectKeyIdentifier: fromHex('DD3DA24D350C1CC5D0AF0965F40EC34C5EE409F1'),
      keyUsage: ['keyCertSign'],
      certificatePolicies: ['2.23.146.1.2.1.2'],
      subjectAltName: { dnsNames: [], registeredIds: ['2.999.5'] },
      basicConstraints: { isCa: true, pathLength: 0 },
    })
    const permitted = values.nameConstraints?.permitted.map(({ directoryName }) => directoryName?.attributes)
    expect(permitted).toEqual([
      [
        { type: ORGANIZATION, value: 'RSP Test EUM' },
        { type: SERIAL, value: '89049032' },
      ],
    ])
    expect(valuesOf(subject, 'country')).toEqual(['ES'])
  })

  it('tell the eUICC: EID, organization, and an end in the year 7496', () => {
    const { subject, notAfter, values } = parseCertificate(sgp26File('nist/CERT_EUICC_ECDSA_NIST.der'))

    expect(valuesOf(subject, 'serialNumber')).toEqual([EID])
    expect(valuesOf(subject, 'organization')).toEqual(['RSP Test EUM'])
    expect(valuesOf(subject, 'commonName')).toEqual(['Test eUICC'])
    expect(new Date(notAfter).toISOString()).toBe('7496-01-24T09:48:58.000Z')
    expect(values.basicConstraints).toBeUndefined()
  })

  it('tell the TLS server: host name and extended key usage', () => {
    const { values } = parseCertificate(sgp26File('nist/CERT_S_SM_DP_VARO_TLS_NIST.der'))

    expect(values.subjectAltName?.dnsNames).toEqual(['testsmdpplus1.example.com'])
    expect(values.extKeyUsage).toContain('1.3.6.1.5.5.7.3.1')
  })
})

describe('what a certificate may say', () => {
  const draftOf = async (): Promise<Draft> => soundChain(await vectorKeyRing()).eum
  const reissue = async (draft: Draft) => parseCertificate(await issue(draft, (await vectorKeyRing()).ci))

  it.each([
    ['500101000000Z', '1950-01-01T00:00:00.000Z'],
    ['491231235959Z', '2049-12-31T23:59:59.000Z'],
    ['20500101000000Z', '2050-01-01T00:00:00.000Z'],
    ['99991231235959Z', '9999-12-31T23:59:59.000Z'],
    ['00010101000000Z', '0001-01-01T00:00:00.000Z'],
    ['20240229120000Z', '2024-02-29T12:00:00.000Z'],
  ])('reads the time %s as %s', async (time, instant) => {
    const { notAfter } = await reissue({ ...(await draftOf()), notAfter: time })

    expect(new Date(notAfter).toISOString()).toBe(instant)
  })

  it.each([
    '20230229120000Z',
    '20241301000000Z',
    '20240101240000Z',
    '20240101006000Z',
    '2401010000Z',
    '240101000000',
    '20240101000000.5Z',
    '20240101000000+0100',
    '2024010100000Z',
    '',
  ])('refuses the time "%s"', async (time) => {
    await expect(reissue({ ...(await draftOf()), notAfter: time })).rejects.toThrow(Asn1Fault)
  })

  it('reads excluded subtrees', async () => {
    const draft = withExtensions(await draftOf(), nameConstraints([], [[[CN, 'Nobody']]]))

    const { values } = await reissue(draft)

    expect(values.nameConstraints?.excluded[0]?.directoryName?.attributes).toEqual([
      { type: CN, value: 'Nobody' },
    ])
  })

  it('reads a certificate of version 1, which has no extensions', async () => {
    const certificate = await reissue({ ...(await draftOf()), version: 1, extensions: [] })

    expect(certificate).toMatchObject({ version: 1, extensions: [], values: {} })
  })

  it.each([
    ['a pathLenConstraint of two octets', '2.5.29.19', '30070101FF02020100'],
    ['a negative pathLenConstraint', '2.5.29.19', '30060101FF0201FF'],
    ['a BOOLEAN of two octets', '2.5.29.19', '30040102FFFF'],
    ['a keyUsage without octets', '2.5.29.15', '0300'],
    ['a keyUsage with 8 unused bits', '2.5.29.15', '03020804'],
    ['a keyUsage of 24 bits', '2.5.29.15', '030400040000'],
    ['a policy that is no SEQUENCE', '2.5.29.32', '300906076781120102'],
    ['a subtree with a minimum of 1', '2.5.29.30', '300BA0093007A40230008001 01'.replace(' ', '')],
    ['a subtree with a maximum', '2.5.29.30', '300BA0093007A4023000810101'],
    ['octets behind the value', '2.5.29.14', '04010000'],
    ['a key identifier of the wrong type', '2.5.29.14', '030100'],
    ['a host name that is not ASCII', '2.5.29.17', '30048202C3A4'],
    ['an EIN that is not ASCII', '2.23.146.1.2.2.0', '30031301FF'],
    ['nothing at all', '2.5.29.35', ''],
  ])('refuses %s', async (_name, id, hex) => {
    const extension = { id, isCritical: true, value: fromHex(hex) }

    const fault = await reissue(withExtensions(await draftOf(), extension)).catch((error: unknown) => error)

    expect(fault).toBeInstanceOf(Asn1Fault)
    expect(fault).toHaveProperty(
      'path',
      expect.stringContaining(`certificate.tbsCertificate.extensions.list`),
    )
    expect(fault).toHaveProperty('path', expect.stringContaining(`.extnValue ${id}`))
  })

  it('refuses the same extension twice', async () => {
    const draft = await draftOf()
    const twice = { ...draft, extensions: [...draft.extensions, ...draft.extensions.slice(0, 1)] }

    await expect(reissue(twice)).rejects.toThrow('is there twice')
  })
})

describe('damaged octets', () => {
  const mutations = fc.array(
    fc.record({
      kind: fc.constantFrom('set', 'set', 'set', 'insert', 'drop', 'cut'),
      at: fc.nat(700),
      octet: fc.nat(255),
    }),
    { minLength: 1, maxLength: 6 },
  )

  const mutate = (der: Uint8Array, changes: { kind: string; at: number; octet: number }[]) => {
    const octets = [...der]
    for (const { kind, at, octet } of changes) {
      const index = at % (octets.length + 1)
      if (kind === 'cut') octets.length = index
      else octets.splice(index, kind === 'insert' ? 0 : 1, ...(kind === 'drop' ? [] : [octet]))
    }
    return Uint8Array.from(octets)
  }

  it('give a certificate or a fault with path and offset, whatever was changed', () => {
    fc.assert(
      fc.property(fc.constantFrom(...realCertificates), mutations, ([, der], changes) => {
        const damaged = mutate(der, changes)
        try {
          parseCertificate(damaged)
        } catch (error) {
          expect(error).toBeInstanceOf(Asn1Fault)
          expect(error).toHaveProperty('path', expect.stringMatching(/^certificate/))
          expect(error).toHaveProperty('offset', expect.any(Number))
        }
      }),
      { numRuns: 3000 },
    )
  })

  it('give a fault for every truncation', () => {
    const der = keyVector('eum').certificateHex
    for (let length = 0; length < der.length; length++) {
      expect(() => parseCertificate(der.subarray(0, length))).toThrow(Asn1Fault)
    }
  })

  it('give a fault for noise', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (noise) => {
        expect(() => parseCertificate(noise)).toThrow(Asn1Fault)
      }),
    )
  })

  it('say where the fault is', () => {
    const der = keyVector('euicc').certificateHex.slice()
    const at = toHex(der).indexOf('170D') / 2
    der[at] = 0x04

    expect(() => parseCertificate(der)).toThrow(
      `certificate.tbsCertificate.validity.notBefore: a time was expected (octet ${at})`,
    )
  })
})
