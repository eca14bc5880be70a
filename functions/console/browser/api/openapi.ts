/** The part of the OpenAPI document that the composer makes its fields from: JSON Schema as the API publishes it. */

export interface JsonSchema {
  readonly $ref?: string
  readonly type?: 'string' | 'boolean' | 'integer' | 'number' | 'object' | 'array'
  readonly const?: unknown
  readonly enum?: readonly unknown[]
  readonly pattern?: string
  readonly maxLength?: number
  readonly minimum?: number
  readonly maximum?: number
  readonly description?: string
  readonly properties?: Readonly<Record<string, JsonSchema>>
  readonly required?: readonly string[]
  readonly items?: JsonSchema
  readonly anyOf?: readonly JsonSchema[]
  readonly oneOf?: readonly JsonSchema[]
}

export interface OpenApi {
  readonly components: { readonly schemas: Readonly<Record<string, JsonSchema>> }
}

/** The schema that a `$ref` stands for. */
export function resolved({ components }: OpenApi, schema: JsonSchema): JsonSchema {
  const name = schema.$ref?.split('/').at(-1)
  return name === undefined ? schema : (components.schemas[name] ?? {})
}

/** The schema of the parameters of an operation of this type; undefined when the API knows none such. */
export function paramsOf(document: OpenApi, type: string): JsonSchema | undefined {
  const forms = document.components.schemas.NewOperation?.oneOf ?? []
  return forms.find(({ properties }) => properties?.type?.const === type)?.properties?.params
}
