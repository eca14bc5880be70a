/**
 * Translates between the two bindings, by the tables of `json-messages.ts`. The eIM reads requests and writes answers;
 * the other directions are an IPA's, and prove in tests that nothing is lost on the way.
 */
import {
  Asn1Fault,
  type Json,
  readTlv,
  readTlvs,
  readWholeTlv,
  type Tlv,
  wrap,
} from '../../shared/asn1/index.ts'
import { concatOctets, type Octets } from '../../shared/octets.ts'
import { codeIn, JsonFormFault } from './json-forms.ts'
import type {
  JsonAlternative,
  JsonRequest,
  JsonResponse,
  JsonSequence,
  Member,
  NestedMember,
} from './json-messages.ts'
import { errorOf, type StatusCode, statusCodeOf } from './status-codes.ts'
import type { JsonMembers } from './whole-result-tolerance.ts'

type Members = JsonSequence['members']

/** The ASN.1 message of a JSON request; members that the standard does not name are skipped. @throws {Asn1Fault} */
export function requestFromJson(request: JsonRequest, json: Json): Octets {
  const given = objectOf(json)
  const members = request.tolerance ? request.tolerance(given) : given
  if (request.kind === 'sequence') return wrap(request.tag, membersFromJson(request.members, members))
  const there = request.members.filter(({ name }) => isThere(members, name))
  if (there.length !== 1) {
    throw new JsonFormFault(`exactly one of ${request.members.map(({ name }) => name).join(', ')}`)
  }
  return wrap(request.tag, membersFromJson(there, members))
}

export function requestToJson(request: JsonRequest, octets: Octets): JsonMembers {
  const { contentStart, end } = readWholeTlv(octets)
  return membersToJson(request.members, octets, contentStart, end)
}

const EXECUTED_SUCCESS = { functionExecutionStatus: { status: 'Executed-Success' } }

/** A JSON answer with its header, from an answer of the ASN.1 binding. */
export function responseToJson(response: JsonResponse, octets: Octets): JsonMembers {
  const outer = readWholeTlv(octets)
  const inner = readTlv(octets, outer.contentStart, outer.end)
  if (inner.tag === response.error) return failureToJson(response, codeIn(octets, inner))
  const alternative = response.alternatives.find((each) => isOf(each, inner))
  if (!alternative) throw new TypeError(`an answer ${outer.tag.toString(16)} has no such alternative`)
  const start = alternative.tag === null ? inner.start : inner.contentStart
  return { header: EXECUTED_SUCCESS, ...membersToJson(alternative.members, octets, start, inner.end) }
}

function isOf({ tag, members }: JsonAlternative, inner: Tlv): boolean {
  return tag === null ? members.some(({ form }) => form.tags.includes(inner.tag)) : tag === inner.tag
}

function failureToJson({ errorMember, statusCodes }: JsonResponse, error: number): JsonMembers {
  const member = errorMember ? { [errorMember.name]: error } : {}
  if (error === errorMember?.success) return { header: EXECUTED_SUCCESS, ...member }
  const statusCodeData = { ...statusCodeOf(statusCodes, error) }
  return { header: { functionExecutionStatus: { status: 'Failed', statusCodeData } }, ...member }
}

/** @throws {Asn1Fault} */
export function responseFromJson(response: JsonResponse, json: Json): Octets {
  const members = objectOf(json)
  const error = errorIn(response, members)
  if (error !== null) return wrap(response.tag, wrap(response.error, Uint8Array.of(error)))
  const alternative = response.alternatives.find((each) =>
    each.members.every(({ name, isOptional }) => isOptional || isThere(members, name)),
  )
  if (!alternative) throw new JsonFormFault('the members of an answer')
  const inner = membersFromJson(alternative.members, members)
  return wrap(response.tag, alternative.tag === null ? inner : wrap(alternative.tag, inner))
}

function errorIn({ errorMember, statusCodes }: JsonResponse, members: JsonMembers): number | null {
  const { functionExecutionStatus } = objectOf(members.header ?? null)
  const { status, statusCodeData } = objectOf(functionExecutionStatus ?? null)
  if (status === EXECUTED_SUCCESS.functionExecutionStatus.status) {
    const named = errorMember && members[errorMember.name]
    return typeof named === 'number' ? named : null
  }
  const { subjectCode, reasonCode } = objectOf(statusCodeData ?? {})
  return errorOf(statusCodes, { subjectCode, reasonCode } as StatusCode)
}

function objectOf(json: Json): JsonMembers {
  if (json === null || typeof json !== 'object' || Array.isArray(json)) throw new JsonFormFault('an object')
  return json as JsonMembers
}

function isThere(members: JsonMembers, name: string): boolean {
  return Object.hasOwn(members, name) && members[name] !== undefined && members[name] !== null
}

function membersFromJson(list: Members, members: JsonMembers): Octets {
  return concatOctets(...list.map((member) => memberFromJson(member, members)))
}

function memberFromJson(member: Member | NestedMember, members: JsonMembers): Octets {
  const { name } = member
  try {
    const json = members[name]
    if (!isThere(members, name) || json === undefined) {
      if ('form' in member && member.isOptional) return new Uint8Array()
      throw new JsonFormFault('the member')
    }
    if ('form' in member) return member.form.fromJson(json)
    return wrap(member.sequence.tag, membersFromJson(member.sequence.members, objectOf(json)))
  } catch (error) {
    throw error instanceof Asn1Fault ? error.within(name) : error
  }
}

function membersToJson(list: Members, octets: Octets, start: number, end: number): JsonMembers {
  const json: Record<string, Json> = {}
  let next = 0
  for (const element of readTlvs(octets, start, end)) {
    const index = list.findIndex((member, at) => at >= next && tagsOf(member).includes(element.tag))
    const member = list[index]
    // Elements of a later version have no name here.
    if (!member) continue
    next = index + 1
    json[member.name] =
      'form' in member
        ? member.form.toJson(octets, element)
        : membersToJson(member.sequence.members, octets, element.contentStart, element.end)
  }
  return json
}

function tagsOf(member: Member | NestedMember): readonly number[] {
  return 'form' in member ? member.form.tags : [member.sequence.tag]
}
