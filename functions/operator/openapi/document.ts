/** Makes the OpenAPI 3.1 document from the route table and the schemas that validate. Runs at build time only. */
import * as z from 'zod/mini'
import { PROBLEMS } from '../problem.ts'
import type { Route } from '../route.ts'
import { ROUTES } from '../routes/index.ts'
import { EimConfiguration, NewEuicc, NewOperation, PARAMS, Step } from '../schemas.ts'
import { SESSION_COOKIE } from '../session.ts'
import { ANSWERS, NAMED_ANSWERS } from './answers.ts'

type Json = { readonly [member: string]: unknown }

/** Schemas that the document names, so that a client generated from it has types with these names. */
const NAMED = { NewEuicc, NewOperation, Step, EimConfiguration, ...NAMED_ANSWERS } as const

const SCHEMAS = '#/components/schemas/'
const PROBLEM_TYPE = 'application/problem+json'

/** What a schema is called in `$ref`s. */
function nameSchemas(): void {
  for (const [id, schema] of Object.entries(NAMED)) {
    z.globalRegistry.add(schema, { ...z.globalRegistry.get(schema), id })
  }
}

function describe(
  schema: z.ZodMiniType,
  io: 'input' | 'output',
): { readonly schema: Json; readonly named: Json } {
  // Inside an object a named schema stands as a reference, as it should everywhere.
  const wrapped = z.toJSONSchema(z.object({ it: schema }), {
    io,
    unrepresentable: 'any',
    override: ({ jsonSchema }) => simplify(jsonSchema, io),
  })
  const { properties, $defs = {} } = JSON.parse(
    JSON.stringify(wrapped).replaceAll('#/$defs/', SCHEMAS),
  ) as typeof wrapped
  return { schema: properties?.it as Json, named: $defs as Json }
}

function simplify(schema: z.core.JSONSchema.BaseSchema, io: 'input' | 'output'): void {
  // The format says it; the pattern behind it is half a screen of alternatives.
  if (schema.format === 'date-time') delete schema.pattern
  if (schema.maximum === Number.MAX_SAFE_INTEGER) delete schema.maximum
  // What we answer may grow; a client must not break on a member it does not know.
  if (io === 'output' && schema.additionalProperties === false) delete schema.additionalProperties
}

/** Collects the named schemas that others refer to. */
class Components {
  readonly schemas: Record<string, unknown> = {}

  of(schema: z.ZodMiniType, io: 'input' | 'output'): Json {
    const { schema: described, named } = describe(schema, io)
    Object.assign(this.schemas, named)
    return described
  }
}

function parametersOf(route: Route, components: Components): Json[] {
  const path = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }))
  const query = route.query ? components.of(route.query, 'input') : {}
  const fields = Object.entries((query.properties ?? {}) as Record<string, Json>).map(([name, schema]) => {
    const example = route.examples.find((each) => each.query?.[name] !== undefined)?.query?.[name]
    return { name, in: 'query', required: false, schema, ...(example === undefined ? {} : { example }) }
  })
  return [...path, ...fields, ...headersOf(route)]
}

function headersOf({ idempotent, requestHeaders = {} }: Route): Json[] {
  const headers = {
    ...(idempotent
      ? { 'Idempotency-Key': 'The same request under the same key is done once; kept 8 days' }
      : {}),
    ...requestHeaders,
  }
  return Object.entries(headers).map(([name, description]) => ({
    name,
    in: 'header',
    description,
    required: name === 'If-Match',
    schema: { type: 'string' },
  }))
}

function bodyOf(route: Route, components: Components): Json {
  if (!route.body && !route.bodyTypes) return {}
  const examples = Object.fromEntries(
    route.examples
      .filter(({ body }) => body !== undefined)
      .map(({ summary, body }) => [
        summary.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-'),
        { summary, value: body },
      ]),
  )
  const schema = route.body ? components.of(route.body, 'input') : { type: 'string' }
  const types = route.bodyTypes ?? ['application/json']
  return {
    requestBody: {
      required: true,
      content: Object.fromEntries(
        types.map((type, index) => [type, index === 0 ? { schema, examples } : { schema }]),
      ),
    },
  }
}

function responsesOf(route: Route, components: Components): Json {
  const { status: usual, description, mediaType } = route.success
  const described = Object.entries(ANSWERS[route.operationId] ?? {}).map(([status, schema]) => [
    status,
    {
      description: Number(status) === usual ? description : OTHERWISE[status],
      content: contentOf(route, components.of(schema, 'output')),
    },
  ])
  const other = mediaType ? { content: { [mediaType]: { schema: { type: 'string' } } } } : {}
  return { [usual]: { description, ...other }, ...Object.fromEntries(described) }
}

const OTHERWISE: Readonly<Record<string, string>> = {
  200: 'It was there already; or, of several, a result for each',
  207: 'A result for each, in their order',
}

/** Routes that take a `format` can give octets as such. */
function contentOf(route: Route, schema: Json): Json {
  const formats = route.query?.safeParse({ format: 'der' }).success
  const octets = { schema: { type: 'string', format: 'binary' } }
  return { 'application/json': { schema }, ...(formats ? { 'application/octet-stream': octets } : {}) }
}

function securityOf({ access }: Route): Json[] {
  if (access === 'none') return []
  return access === 'root' ? [{ apiKey: [] }] : [{ apiKey: [] }, { session: [] }]
}

function operationOf(route: Route, components: Components): Json {
  return {
    operationId: route.operationId,
    summary: route.summary,
    ...(route.description === undefined ? {} : { description: route.description }),
    tags: [route.tag],
    'x-access': route.access,
    security: securityOf(route),
    parameters: parametersOf(route, components),
    ...bodyOf(route, components),
    responses: {
      ...responsesOf(route, components),
      default: {
        description: 'A problem',
        content: { [PROBLEM_TYPE]: { schema: { $ref: `${SCHEMAS}Problem` } } },
      },
    },
  }
}

/** Each type of operation with its own params, which the validation looks up by the type. */
function operationVariants(components: Components): Json[] {
  return Object.entries(PARAMS).map(([type, params]) => ({
    properties: { type: { const: type }, params: components.of(params, 'input') },
    required: params.safeParse({}).success ? ['type'] : ['type', 'params'],
  }))
}

export function openApiDocument(): Json {
  nameSchemas()
  const components = new Components()
  const paths: Record<string, Record<string, Json>> = {}
  for (const route of ROUTES) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operationOf(route, components) }
  }
  const oneOf = operationVariants(components)
  components.of(NAMED.Problem, 'output')
  const { NewOperation: newOperation, Problem: problem, ...schemas } = components.schemas
  return {
    openapi: '3.1.0',
    info: {
      title: 'edge-eim',
      version: '1',
      description:
        'Manages the eSIM of IoT devices by SGP.32: what you ask is signed, executed by the eUICC, and proven by its signature.',
      license: { name: 'Apache-2.0', identifier: 'Apache-2.0' },
    },
    servers: [{ url: '/' }],
    paths,
    components: {
      securitySchemes: {
        apiKey: { type: 'http', scheme: 'bearer' },
        session: { type: 'apiKey', in: 'cookie', name: SESSION_COOKIE },
      },
      schemas: {
        ...schemas,
        NewOperation: { ...(newOperation as Json), oneOf },
        Problem: withCodes(problem as { readonly properties: Json }),
      },
    },
  }
}

function withCodes(problem: { readonly properties: Json }): Json {
  return { ...problem, properties: { ...problem.properties, code: { enum: Object.keys(PROBLEMS) } } }
}
