/** Subject and reason codes of the JSON binding for the error integers of the ASN.1 binding (SGP.32 §6.4.1, SGP.22 §5.6). */

export interface StatusCode {
  readonly subjectCode: string
  readonly reasonCode: string
}

export type StatusCodes = readonly (readonly [error: number, subjectCode: string, reasonCode: string])[]

/** For undefinedError(127) and what has no code of its own: "function, execution error". */
const UNDEFINED: StatusCode = { subjectCode: '1.6', reasonCode: '4.2' }
const UNDEFINED_ERROR = 127

export const NO_EIM_PACKAGE_AVAILABLE = 1

const EID_STATUS_CODES: StatusCodes = [
  [2, '8.1.1', '3.9'],
  [3, '8.1.1', '2.1'],
  [4, '8.1.1', '2.2'],
]

export const GET_EIM_PACKAGE: StatusCodes = [[NO_EIM_PACKAGE_AVAILABLE, '8.1.1', '3.7'], ...EID_STATUS_CODES]

export const PROVIDE_EIM_PACKAGE_RESULT: StatusCodes = EID_STATUS_CODES

export const INITIATE_AUTHENTICATION: StatusCodes = [
  [1, '8.8.1', '3.8'],
  [2, '8.8.3', '3.1'],
  [3, '8.8.4', '3.7'],
  [50, '8.8.1', '3.10'],
  [51, '8.8', '3.10'],
  [52, '8.31.2', '3.10'],
]

export const AUTHENTICATE_CLIENT: StatusCodes = [
  [1, '8.1.2', '6.1'],
  [2, '8.1.2', '6.3'],
  [3, '8.1.3', '6.1'],
  [4, '8.1.3', '6.3'],
  [5, '8.1', '6.1'],
  [6, '8.2.6', '3.8'],
  [7, '8.1.1', '3.8'],
  [8, '8.2.5', '4.3'],
  [9, '8.11.1', '3.9'],
  [10, '8.10.1', '3.9'],
  [11, '8.1', '4.8'],
  [18, '8.8.5', '4.10'],
  [50, '8.2.8', '1.2'],
  [56, '8.9.5', '3.9'],
]

export const GET_BOUND_PROFILE_PACKAGE: StatusCodes = [
  [1, '8.1', '6.1'],
  [2, '8.2.7', '2.2'],
  [3, '8.2.7', '3.8'],
  [4, '8.2.7', '6.4'],
  [5, '8.2', '3.7'],
  [6, '8.8.5', '4.10'],
  [50, '8.2.9', '3.11'],
  [95, '8.10.1', '3.9'],
]

export const CANCEL_SESSION: StatusCodes = [
  [1, '8.10.1', '3.9'],
  [2, '8.1', '6.1'],
]

export function statusCodeOf(codes: StatusCodes, error: number): StatusCode {
  const found = codes.find(([code]) => code === error)
  return found ? { subjectCode: found[1], reasonCode: found[2] } : UNDEFINED
}

/** The reverse, for readers of answers. */
export function errorOf(codes: StatusCodes, { subjectCode, reasonCode }: StatusCode): number {
  const found = codes.find(([, subject, reason]) => subject === subjectCode && reason === reasonCode)
  return found ? found[0] : UNDEFINED_ERROR
}
