/** The small forms that answers are made of. */
import * as z from 'zod/mini'

export const said = (meaning: string) => z.describe(meaning)

export const text = z.string()

export const texts = z.record(z.string(), z.string())

export const instant = z.iso.datetime({ offset: true })

const digits = (from: number, to: number, example: string) =>
  z.string().check(z.regex(new RegExp(`^[0-9]{${from},${to}}$`)), said(`Printed digits: ${example}`))

export const eid = digits(32, 32, '89049032000000000000000000000163')

export const iccid = digits(18, 20, '89880000000000000002')

export const hex = z.string().check(z.regex(/^([0-9A-F]{2})*$/), said('Octets in hexadecimal'))

export const count = z.number().check(z.int(), z.minimum(0))

/** A message as decoded: fields by the names of the standard, octets in hexadecimal. */
export const decoded = z
  .unknown()
  .check(said('As decoded: fields by their names in the standard, octets in hexadecimal'))

export const orNull = <Schema extends z.ZodMiniType>(schema: Schema) => z.nullable(schema)

/** A page of a list. */
export function pageOf<Schema extends z.ZodMiniType>(schema: Schema) {
  const nextCursor = orNull(text).check(said('Where the next page begins; null on the last one'))
  return z.strictObject({ data: z.array(schema), nextCursor })
}
