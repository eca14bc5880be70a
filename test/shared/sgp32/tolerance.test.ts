/** Octets as devices outside v1.2 send them; those also in the lenient vectors are not repeated here. */
import { describe, expect, it } from 'vitest'
import { Asn1Fault, decode, encode, rawOctets, type Schema, wrap } from '../../../shared/asn1/index.ts'
import { fromHex, toHex } from '../../../shared/octets.ts'
import {
  EimIdInfo,
  EimPackageErrorWithCid,
  EsipaMessageFromIpaToEim,
  EuiccPackageResult,
  GetEimPackageRequest,
  HandleNotificationEsipa,
  IpaEuiccData,
  IpaEuiccDataResponse,
  ProfileInfoListResponse,
  ProvideEimPackageResult,
  ProvideEimPackageResultResponse,
} from '../../../shared/sgp32/index.ts'

const EID = '89044045930000000000002153893210'
const SIGNATURE = `5F3740${'5A'.repeat(64)}`
const RESULT_DATA = '300E8001658101018301033003830100'
const ERROR_DATA = '3009800165810101020104'

/** The hex of one element around the hex of others. */
function tlv(tag: string, ...parts: readonly string[]): string {
  return toHex(wrap(Number.parseInt(tag, 16), fromHex(parts.join(''))))
}

const metadata = tlv('BF2F', '80010381020640', '0C0161', '5A0A98001032547698103254')
const installation = tlv(
  'BF37',
  tlv('BF27', '800101', metadata, '06022A03', tlv('A2', tlv('A0', '4F05A000000559', '040100'))),
  SIGNATURE,
)
const signedResult = tlv('BF51', tlv('A0', RESULT_DATA, SIGNATURE))

function reads<T>(schema: Schema<T>, hex: string): T {
  return decode(schema, fromHex(hex))
}

/** What was read is what the standard's own form says. */
function expectSame<T>(schema: Schema<T>, seen: string, conforming: string): void {
  expect(schema.toJson(reads(schema, seen))).toEqual(schema.toJson(reads(schema, conforming)))
  expect(toHex(encode(schema, reads(schema, seen)))).toBe(conforming)
}

describe('a v1.0 IPA', () => {
  it('has its rPLMN under 81 in GetEimPackageRequest', () => {
    expectSame(GetEimPackageRequest, `BF4F195A10${EID}8000810322F810`, `BF4F195A10${EID}8000820322F810`)
  })

  it('may still have a cause of one octet there, when it is of v1.2', () => {
    const { stateChangeCause, rPLMN } = reads(GetEimPackageRequest, `BF4F155A10${EID}810104`)

    expect([stateChangeCause, rPLMN]).toEqual([4, undefined])
  })

  it('has no cause of four octets there, which would be written as an rPLMN', () => {
    expect(() => reads(GetEimPackageRequest, `BF4F185A10${EID}81040021EBB0`)).toThrow(
      'rPLMN: 3 octets were expected',
    )
  })

  it('reports the error of ProvideEimPackageResult as a bare INTEGER', () => {
    expectSame(ProvideEimPackageResult, 'BF5003020101', 'BF5005A003020101')
  })

  it('sends a ProvideEimPackageResult without EID', () => {
    expect(reads(ProvideEimPackageResult, tlv('BF50', signedResult)).eidValue).toBeUndefined()
  })

  it('sends notifications beside a result as a RetrieveNotificationsListResponse', () => {
    expectSame(
      ProvideEimPackageResult,
      tlv('BF50', tlv('30', signedResult, tlv('BF2B', tlv('A0', installation)))),
      tlv('BF50', tlv('30', signedResult, tlv('A0', installation))),
    )
  })

  it('has default SM-DP+, capabilities and notifications under 80, 88 and BF2B in IpaEuiccData', () => {
    expectSame(
      IpaEuiccData,
      tlv('30', '800161', tlv('BF2B', tlv('A0', installation)), '840101', '8804800206C0'),
      tlv('30', tlv('A0', installation), '810161', '840101', 'A804800206C0'),
    )
  })

  it('has no tag around a notification in HandleNotificationEsipa', () => {
    expectSame(HandleNotificationEsipa, tlv('BF3D', installation), tlv('BF3D', tlv('A0', installation)))
  })

  it.each([
    ['a result', signedResult],
    ['a result with notifications', tlv('30', signedResult, tlv('A0', installation))],
    ['an error', '020101'],
    ['an EID and a result', `5A10${EID}${signedResult}`],
  ])('has no BF50 around %s in HandleNotificationEsipa', (_what, content) => {
    expect(reads(HandleNotificationEsipa, tlv('BF3D', content)).provideEimPackageResult).toBeDefined()
  })

  it('has the eIM id type of a listEim under 84', () => {
    expectSame(EimIdInfo, '3006800165840101', '3006800165820101')
  })

  it('is a whole ESipa message in all of this', () => {
    expect(reads(EsipaMessageFromIpaToEim, 'BF5003020101')).toHaveProperty('provideEimPackageResult')
  })
})

describe('a compact notification', () => {
  const compact = tlv('A0', tlv('A0', '800101020103010100', tlv('A2', tlv('A0', '4F020102'))), SIGNATURE)

  it('is told from a tagged one by its signature', () => {
    expectSame(HandleNotificationEsipa, tlv('BF3D', compact), tlv('BF3D', tlv('A0', compact)))
  })

  it('is told from IpaEuiccData when the A0 around that was left out', () => {
    expectSame(
      IpaEuiccDataResponse,
      tlv('BF52', tlv('A0', compact)),
      tlv('BF52', tlv('A0', tlv('A0', compact))),
    )
  })

  it('does not make a proper answer with one list a bare list', () => {
    const proper = tlv('BF52', tlv('A0', tlv('A0', installation)))

    expect(toHex(encode(IpaEuiccDataResponse, reads(IpaEuiccDataResponse, proper)))).toBe(proper)
  })
})

describe('a tool that leaves out an arm', () => {
  it.each([
    ['BF51 { 30 { data, signature } }', tlv('BF51', tlv('30', ERROR_DATA, SIGNATURE))],
    ['BF51 { data, signature }', tlv('BF51', ERROR_DATA, SIGNATURE)],
  ])('means a signed error by %s when its data has a code', (_form, hex) => {
    expectSame(EuiccPackageResult, hex, tlv('BF51', tlv('A1', ERROR_DATA, SIGNATURE)))
  })

  it('leaves the octets that were signed as they came', () => {
    const result = reads(EuiccPackageResult, tlv('BF51', RESULT_DATA, SIGNATURE))

    const data = result.euiccPackageResultSigned?.euiccPackageResultDataSigned
    expect(toHex(rawOctets(data ?? {}))).toBe(RESULT_DATA)
  })

  it('may write the profiles directly under BF2D', () => {
    const profile = tlv('E3', '5A0A98001032547698103254')
    expectSame(ProfileInfoListResponse, tlv('BF2D', profile), tlv('BF2D', tlv('A0', profile)))
  })

  it('may write the error directly under BF52', () => {
    expectSame(IpaEuiccDataResponse, 'BF5203020101', 'BF5205A103020101')
  })

  it('is not believed whatever it writes', () => {
    expect(() => reads(EuiccPackageResult, 'BF5100')).toThrow(Asn1Fault)
    expect(() => reads(EuiccPackageResult, 'BF51023000')).toThrow(Asn1Fault)
    expect(() => reads(IpaEuiccDataResponse, 'BF5200')).toThrow(Asn1Fault)
    expect(() => reads(ProfileInfoListResponse, 'BF2D00')).toThrow(Asn1Fault)
    expect(() => reads(HandleNotificationEsipa, 'BF3D00')).toThrow(Asn1Fault)
  })
})

describe('a v1.3 IPA', () => {
  it('names the package it answers with or without A0 around the id', () => {
    expectSame(EimPackageErrorWithCid, '30068001AA810102', '3008A0038001AA810102')
    expectSame(EimPackageErrorWithCid, `30155A10${EID}810102`, `3017A0125A10${EID}810102`)
  })
})

describe('an eIM of v1.0', () => {
  it('answers a result with an empty BF50', () => {
    expectSame(ProvideEimPackageResultResponse, 'BF5000', 'BF50023000')
  })
})
