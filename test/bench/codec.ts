/** Decoding and encoding of typical messages, against JSON of the same content. */
import { decode, encode, type Schema } from '../../shared/asn1/index.ts'
import { fromHex, type Octets } from '../../shared/octets.ts'
import { EsipaMessageFromIpaToEim, GetEimPackageResponse } from '../../shared/sgp32/index.ts'
import { type BenchResult, interleave } from './result.ts'
import { vectorNamed } from './vectors.ts'

const ROUNDS = 5
const TIMES = 4000

interface Sample {
  readonly schema: Schema<unknown>
  readonly octets: Octets
}

/** A poll, the package it gets, the result it sends: what an eIM reads and writes all day. */
function samples(): Sample[] {
  return [
    { schema: EsipaMessageFromIpaToEim, octets: vectorNamed('getpkg-req') },
    { schema: GetEimPackageResponse, octets: vectorNamed('getpkg-resp-package') },
    { schema: EsipaMessageFromIpaToEim, octets: vectorNamed('provide-epr') },
    { schema: EsipaMessageFromIpaToEim, octets: vectorNamed('provide-eprnotif') },
  ].map(({ schema, octets }) => ({ schema, octets: fromHex(octets) }))
}

/** Rounds over all samples a second. */
function rate(action: () => void): number {
  const start = performance.now()
  for (let time = 0; time < TIMES; time++) action()
  return (TIMES * 1000) / (performance.now() - start)
}

export async function benchCodec(): Promise<BenchResult[]> {
  const read = samples().map(({ schema, octets }) => ({ schema, octets, value: decode(schema, octets) }))
  const json = read.map(({ schema, value }) => schema.toJson(value))
  const texts = json.map((each) => JSON.stringify(each))
  const megabytes = read.reduce((sum, { octets }) => sum + octets.length, 0) / 1e6
  const rates = await interleave(ROUNDS, {
    decode: () => rate(() => read.forEach(({ schema, octets }) => void decode(schema, octets))),
    encode: () => rate(() => read.forEach(({ schema, value }) => void encode(schema, value))),
    parse: () => rate(() => texts.forEach((text) => void JSON.parse(text))),
    stringify: () => rate(() => json.forEach((each) => void JSON.stringify(each))),
  })
  const unit = 'MB/s of DER'
  return [
    {
      name: 'decode',
      median: rates.median('decode') * megabytes,
      unit,
      reference: 'JSON.parse of the same messages',
      ratio: rates.ratio('decode', 'parse'),
    },
    {
      name: 'encode',
      median: rates.median('encode') * megabytes,
      unit,
      reference: 'JSON.stringify of the same messages',
      ratio: rates.ratio('encode', 'stringify'),
    },
  ]
}
