/** The body of `POST /v1/campaigns` from the texts of the form. */
import { type JsonSchema, type OpenApi, paramsOf } from '../../api/openapi.ts'
import { wordsIn } from '../../parts/text-lists.ts'
import { FORM_FIELD } from '../operations/operation-body.ts'
import { enteredValue, type FieldTexts } from '../operations/schema-values.ts'

/** A campaign also enables by the name of the provider, looked up on each eUICC. */
const BY_PROVIDER: JsonSchema = {
  type: 'object',
  required: ['serviceProviderName'],
  properties: {
    serviceProviderName: {
      type: 'string',
      description: 'The profile of this provider, looked up on each eUICC',
    },
    rollback: { type: 'boolean' },
  },
}

export function campaignParamsOf(document: OpenApi, type: string): JsonSchema | undefined {
  const schema = paramsOf(document, type)
  return type === 'profile.enable' && schema ? { anyOf: [BY_PROVIDER, schema] } : schema
}

/** @throws {FieldFault} when a parameter of the operation cannot be read */
export function campaignBody(document: OpenApi, texts: FieldTexts): Readonly<Record<string, unknown>> {
  const { name = '', waves = 'usual', rate, from, to, zone, deadline } = texts
  return {
    name,
    target: { filter: filterOf(texts) },
    operation: operationOf(document, texts),
    ...(waves === 'own' && { waves: wavesIn(texts.sizes ?? '') }),
    ...(waves === 'none' && { waves: [] }),
    gate: {
      endedPercent: numberOr(texts.endedPercent, 80),
      successPercent: numberOr(texts.successPercent, 95),
      soakSeconds: numberOr(texts.soakMinutes, 0) * 60,
      advance: texts.advance ?? 'automatic',
    },
    pauseAt: {
      failurePercent: numberOrNull(texts.failurePercent),
      lost: numberOrNull(texts.lost),
      lostAfterSeconds: numberOr(texts.lostAfterHours, 72) * 3600,
    },
    ...(rate !== undefined && { ratePerMinute: Number(rate) }),
    ...(from !== undefined && to !== undefined && { window: { from, to, timeZone: zone ?? 'device' } }),
    retries: {
      most: numberOr(texts.retries, 1),
      afterSeconds: numberOr(texts.retryMinutes, 60) * 60,
    },
    ...(deadline !== undefined && { deadline: new Date(deadline).toISOString() }),
  }
}

const FILTERS = ['group', 'label', 'serviceProviderName', 'iccid', 'health', 'profileState'] as const

function filterOf(texts: FieldTexts): Readonly<Record<string, string>> {
  return Object.fromEntries(FILTERS.flatMap((name) => (texts[name] ? [[name, texts[name]]] : [])))
}

function operationOf(document: OpenApi, texts: FieldTexts): Readonly<Record<string, unknown>> {
  const { type = '' } = texts
  const schema = campaignParamsOf(document, type) ?? {}
  const form = schema.anyOf?.[Number(texts[FORM_FIELD] ?? 0)] ?? schema
  return {
    type,
    params: enteredValue(document, form, 'params', texts),
    ...(texts.force === 'true' && { force: true }),
  }
}

/** `10, 5 %`: so many eUICCs, or so many percent. What is neither is left to the API to refuse. */
export function wavesIn(text: string): readonly Readonly<Record<string, number>>[] {
  return wordsIn(text.replaceAll(/\s+%/g, '%')).map((word) =>
    word.endsWith('%') ? { percent: Number(word.slice(0, -1)) } : { count: Number(word) },
  )
}

function numberOr(text: string | undefined, otherwise: number): number {
  return text === undefined ? otherwise : Number(text)
}

function numberOrNull(text: string | undefined): number | null {
  return text === undefined ? null : Number(text)
}
