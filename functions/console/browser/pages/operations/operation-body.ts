/** The body of `POST /v1/operations` from the texts of the composer's fields. */
import { type OpenApi, paramsOf } from '../../api/openapi.ts'
import { enteredValue, type FieldTexts } from './schema-values.ts'

/** Which of several forms of parameters is meant, where there are several. */
export const FORM_FIELD = 'form'

/** @throws {FieldFault} when a text cannot be read */
export function bodyOf(document: OpenApi, texts: FieldTexts): Readonly<Record<string, unknown>> {
  const { eid, type = '', notBefore, deadline, priority, after } = texts
  const schema = paramsOf(document, type) ?? {}
  const form = schema.anyOf?.[Number(texts[FORM_FIELD] ?? 0)] ?? schema
  return {
    eid,
    type,
    params: enteredValue(document, form, 'params', texts),
    ...(notBefore !== undefined && { notBefore: instantOf(notBefore) }),
    ...(deadline !== undefined && { deadline: instantOf(deadline) }),
    ...(priority !== undefined && { priority: Number(priority) }),
    ...(after !== undefined && { after }),
  }
}

/** `2026-12-24T18:00` in the reader's time zone, as RFC 3339. */
function instantOf(local: string): string {
  return new Date(local).toISOString()
}
