import { fromBase64, fromHex, type Octets, OctetsTextFault } from '../../../shared/octets.ts'
import { annotateMessage, findMessageType, guessMessageType } from '../../../shared/sgp32/message-types.ts'
import { route } from '../route.ts'
import { DecodeRequest } from '../schemas.ts'
import { invalidMember } from '../validation.ts'

/** Hexadecimal where it can be that, with spaces and line breaks as dumps have them; base64 else. */
function readOctets(text: string): Octets {
  const compact = text.replaceAll(/\s/g, '')
  try {
    return /^([0-9A-Fa-f]{2})+$/.test(compact) ? fromHex(compact) : fromBase64(compact)
  } catch (error) {
    if (error instanceof OctetsTextFault) throw invalidMember('/octets', 'is neither hexadecimal nor base64')
    throw error
  }
}

export const decodeRoutes = [
  route({
    method: 'POST',
    path: '/v1/decode',
    operationId: 'decodeOctets',
    summary: 'Lay out any message of SGP.32 or SGP.22, field by field',
    description:
      'Stateless. Takes hexadecimal or base64; without `type` the most likely one is used. Whatever cannot be read is shown as bare elements.',
    tag: 'Tools',
    access: 'decode',
    changesNothing: true,
    body: DecodeRequest,
    success: { status: 200, description: 'The type and its tree' },
    examples: [
      { summary: 'A poll', body: { octets: 'BF4F125A1089044045930000000000002153893210' } },
      { summary: 'An answer, by its type', body: { octets: 'BF4F03020101', type: 'GetEimPackageResponse' } },
    ],
    async handle({ body }) {
      const octets = readOctets(body.octets)
      const type = body.type === undefined ? guessMessageType(octets) : findMessageType(body.type)
      if (body.type !== undefined && !type) throw invalidMember('/type', 'is no type of SGP.32 or SGP.22')
      return {
        json: { type: type?.name ?? null, module: type?.module ?? null, tree: annotateMessage(octets, type) },
      }
    },
  }),
]
