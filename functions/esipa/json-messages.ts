/**
 * Every message of the JSON binding, member by member in the order of the ASN.1 message (SGP.32 §6.4.1): one table for
 * both directions, since the two bindings carry the same elements under other names.
 */
import {
  code,
  content,
  eid,
  element,
  enclosed,
  type Form,
  flag,
  retagged,
  signature,
  tagOf,
  text,
  transactionId,
} from './json-forms.ts'
import * as statusCodes from './status-codes.ts'
import { type JsonMembers, openWholeResult } from './whole-result-tolerance.ts'

export interface Member {
  readonly name: string
  readonly form: Form
  readonly isOptional: boolean
}

/** Members side by side under `tag`; `nested` members are objects of their own. */
export interface JsonSequence {
  readonly tag: number
  readonly members: readonly (Member | NestedMember)[]
}

export interface NestedMember {
  readonly name: string
  readonly sequence: JsonSequence
}

export interface JsonRequest {
  readonly tag: number
  /** `sequence`: all members in order. `choice`: exactly one. */
  readonly kind: 'sequence' | 'choice'
  readonly members: JsonSequence['members']
  readonly tolerance?: (members: JsonMembers) => JsonMembers
}

/** One alternative of an answer: its members, under a tag or, for a single member, bare. */
export interface JsonAlternative {
  readonly tag: number | null
  readonly members: readonly Member[]
}

export interface JsonResponse {
  readonly tag: number
  readonly alternatives: readonly JsonAlternative[]
  readonly error: number
  readonly statusCodes: statusCodes.StatusCodes
  /** Member that repeats the error's number, and the one number that is not a failure. */
  readonly errorMember?: { readonly name: string; readonly success: number }
}

export interface JsonFunction {
  readonly request: JsonRequest
  /** Null where there is no answer but the HTTP status. */
  readonly response: JsonResponse | null
}

function must(name: string, form: Form): Member {
  return { name, form, isOptional: false }
}

function may(name: string, form: Form): Member {
  return { name, form, isOptional: true }
}

function sequenceRequest(tag: string, ...members: readonly Member[]): JsonRequest {
  return { tag: tagOf(tag), kind: 'sequence', members }
}

function choiceRequest(tag: string, ...members: readonly (Member | NestedMember)[]): JsonRequest {
  return { tag: tagOf(tag), kind: 'choice', members }
}

function under(tag: string, ...members: readonly Member[]): JsonAlternative {
  return { tag: tagOf(tag), members }
}

function bare(name: string, form: Form): JsonAlternative {
  return { tag: null, members: [must(name, form)] }
}

const initiateAuthentication: JsonFunction = {
  request: sequenceRequest(
    'BF39',
    must('euiccChallenge', content('81', 16)),
    may('smdpAddress', text('83')),
    may('euiccInfo1', element('BF20')),
    may('eimTransactionId', transactionId('82')),
  ),
  response: {
    tag: tagOf('BF39'),
    alternatives: [
      under(
        'A0',
        may('transactionId', transactionId('80')),
        must('serverSigned1', element('30')),
        must('serverSignature1', signature),
        must('euiccCiPKIdentifierToBeUsed', element('04')),
        must('serverCertificate', element('30')),
        may('matchingId', text('0C')),
        may('ctxParams1', enclosed('A2', 'A0')),
      ),
    ],
    error: tagOf('81'),
    statusCodes: statusCodes.INITIATE_AUTHENTICATION,
  },
}

const authenticateClient: JsonFunction = {
  request: sequenceRequest(
    'BF3B',
    must('transactionId', transactionId('80')),
    must('authenticateServerResponse', element('BF38')),
  ),
  response: {
    tag: tagOf('BF3B'),
    alternatives: [
      under(
        'A0',
        may('transactionId', transactionId('80')),
        may('profileMetadata', element('BF25')),
        must('smdpSigned2', element('30')),
        must('smdpSignature2', signature),
        must('smdpCertificate', element('30')),
        may('hashCc', element('04')),
      ),
      under('A1', must('transactionId', transactionId('80')), may('profileDownloadTrigger', element('BF54'))),
    ],
    error: tagOf('82'),
    statusCodes: statusCodes.AUTHENTICATE_CLIENT,
  },
}

const getBoundProfilePackage: JsonFunction = {
  request: sequenceRequest(
    'BF3A',
    must('transactionId', transactionId('80')),
    must('prepareDownloadResponse', element('BF21')),
  ),
  response: {
    tag: tagOf('BF3A'),
    alternatives: [
      under('A0', may('transactionId', transactionId('80')), must('boundProfilePackage', element('BF36'))),
    ],
    error: tagOf('81'),
    statusCodes: statusCodes.GET_BOUND_PROFILE_PACKAGE,
  },
}

const cancelSession: JsonFunction = {
  request: sequenceRequest(
    'BF41',
    must('transactionId', transactionId('80')),
    must('cancelSessionResponse', retagged('A1', 'BF41')),
  ),
  response: {
    tag: tagOf('BF41'),
    alternatives: [under('A0')],
    error: tagOf('81'),
    statusCodes: statusCodes.CANCEL_SESSION,
  },
}

const getEimPackage: JsonFunction = {
  request: sequenceRequest(
    'BF4F',
    // Optional here only: a poll without EID has an answer of its own, missingEid.
    may('eidValue', eid),
    may('notifyStateChange', flag('80')),
    may('stateChangeCause', code('81')),
    may('rPlmn', content('82', 3)),
  ),
  response: {
    tag: tagOf('BF4F'),
    alternatives: [
      bare('euiccPackageRequest', element('BF51')),
      bare('ipaEuiccDataRequest', element('BF52')),
      bare('profileDownloadTriggerRequest', element('BF54')),
    ],
    error: tagOf('02'),
    statusCodes: statusCodes.GET_EIM_PACKAGE,
    errorMember: { name: 'eimPackageError', success: statusCodes.NO_EIM_PACKAGE_AVAILABLE },
  },
}

const provideEimPackageResult: JsonFunction = {
  request: {
    ...sequenceRequest(
      'BF50',
      may('eidValue', eid),
      must('eimPackageResult', element('BF51', '30', 'BF52', 'BF54', 'A0')),
    ),
    tolerance: openWholeResult,
  },
  response: {
    tag: tagOf('BF50'),
    alternatives: [bare('eimAcknowledgements', element('BF53')), under('30')],
    error: tagOf('02'),
    statusCodes: statusCodes.PROVIDE_EIM_PACKAGE_RESULT,
  },
}

const handleNotification: JsonFunction = {
  request: choiceRequest(
    'BF3D',
    must('pendingNotification', enclosed('A0', 'BF37', '30', 'A0', 'A1')),
    must('provideEimPackageResult', element('BF50')),
  ),
  response: null,
}

const transferEimPackage: JsonFunction = {
  request: choiceRequest(
    'BF4E',
    must('euiccPackageResult', element('BF51')),
    {
      name: 'ePRAndNotifications',
      sequence: {
        tag: tagOf('30'),
        members: [
          must('euiccPackageResult', element('BF51')),
          must('notificationList', retagged('A0', '30')),
        ],
      },
    },
    must('ipaEuiccDataResponse', element('BF52')),
    must('eimPackageReceived', flag('05')),
    must('eimPackageError', code('02')),
  ),
  response: null,
}

/** By the last segment of the path, `/gsma/rsp2/esipa/<function>`. */
export const JSON_FUNCTIONS: ReadonlyMap<string, JsonFunction> = new Map(
  Object.entries({
    initiateAuthentication,
    authenticateClient,
    getBoundProfilePackage,
    cancelSession,
    getEimPackage,
    provideEimPackageResult,
    handleNotification,
    transferEimPackage,
  }),
)
