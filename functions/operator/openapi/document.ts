/** Makes the OpenAPI 3.1 document from the route table and the schemas that validate. Runs at build time only. */
import * as z from 'zod/mini'
import { PROBLEMS } from '../problem.ts'
import type { Route } from '../route.ts'
import { ROUTES } from '../routes/index.ts'

type Json = { readonly [member: string]: unknown }

function schemaOf(schema: z.ZodMiniType): Json {
  const { $schema: _dialect, ...rest } = z.toJSONSchema(schema, { io: 'input', unrepresentable: 'any' })
  return rest
}

function parametersOf(route: Route): Json[] {
  const path = [...route.path.matchAll(/\{(\w+)\}/g)].map(([, name]) => ({
    name,
    in: 'path',
    required: true,
    schema: { type: 'string' },
  }))
  const query = route.query ? schemaOf(route.query) : {}
  const required = (query.required ?? []) as readonly string[]
  const fields = Object.entries((query.properties ?? {}) as Record<string, Json>).map(([name, schema]) => {
    const example = route.examples.find((each) => each.query?.[name] !== undefined)?.query?.[name]
    return {
      name,
      in: 'query',
      required: required.includes(name),
      schema,
      ...(example === undefined ? {} : { example }),
    }
  })
  const idempotency = route.idempotent
    ? [{ name: 'Idempotency-Key', in: 'header', required: false, schema: { type: 'string', maxLength: 255 } }]
    : []
  return [...path, ...fields, ...idempotency]
}

function bodyOf(route: Route): Json {
  if (!route.body && !route.bodyTypes) return {}
  const examples = Object.fromEntries(
    route.examples
      .filter(({ body }) => body !== undefined)
      .map(({ summary, body }) => [
        summary.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-'),
        { summary, value: body },
      ]),
  )
  const schema = route.body ? schemaOf(route.body) : { type: 'string' }
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

function operationOf(route: Route): Json {
  const security = route.access === 'none' ? [] : [{ apiKey: [] }]
  return {
    operationId: route.operationId,
    summary: route.summary,
    ...(route.description === undefined ? {} : { description: route.description }),
    tags: [route.tag],
    'x-access': route.access,
    security,
    parameters: parametersOf(route),
    ...bodyOf(route),
    responses: {
      [route.success.status]: { description: route.success.description },
      default: {
        description: 'A problem',
        content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
      },
    },
  }
}

const PROBLEM: Json = {
  type: 'object',
  required: ['type', 'title', 'status', 'detail', 'instance', 'code', 'requestId'],
  properties: {
    type: { type: 'string', format: 'uri-reference' },
    title: { type: 'string' },
    status: { type: 'integer' },
    detail: { type: 'string' },
    instance: { type: 'string' },
    code: { enum: Object.keys(PROBLEMS) },
    requestId: { type: 'string' },
    errors: {
      type: 'array',
      items: {
        type: 'object',
        required: ['pointer', 'detail'],
        properties: { pointer: { type: 'string' }, detail: { type: 'string' } },
      },
    },
  },
}

export function openApiDocument(): Json {
  const paths: Record<string, Record<string, Json>> = {}
  for (const route of ROUTES) {
    paths[route.path] = { ...paths[route.path], [route.method.toLowerCase()]: operationOf(route) }
  }
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
      securitySchemes: { apiKey: { type: 'http', scheme: 'bearer' } },
      schemas: { Problem: PROBLEM },
    },
  }
}
