import { type Access, contract, Problem } from '@muster/contracts';
import { type OpenAPI, OpenAPIGenerator } from '@orpc/openapi';
import { ZodToJsonSchemaConverter } from '@orpc/zod/zod4';
import { APP_VERSION } from '../process/app-version.ts';
import { API_PREFIX } from './api-handler.ts';

/** What each operation of the document says about who may use it. */
type Guarded = { readonly '~orpc': { readonly meta: { readonly access?: Access } } };

/** The API as OpenAPI 3.1, from the contract alone. */
async function openApiDocument(): Promise<OpenAPI.Document> {
  const generator = new OpenAPIGenerator({ schemaConverters: [new ZodToJsonSchemaConverter()] });
  const document = await generator.generate(contract, {
    info: {
      title: 'Muster',
      version: APP_VERSION,
      description:
        'Sign in at `/auth/login` and send the token as `Authorization: Bearer …`. Errors are RFC 9457 documents; switch on `code`. POST takes an `Idempotency-Key` (24 hours); PATCH needs `If-Match`. Version 1 only grows.',
      license: { name: 'Apache-2.0' },
    },
    servers: [{ url: API_PREFIX }],
    components: {
      securitySchemes: {
        bearer: { type: 'http', scheme: 'bearer' },
        console: { type: 'apiKey', in: 'cookie', name: 'muster_session' },
      },
    },
  });
  for (const procedure of proceduresOf(contract)) describeAccess(document, procedure);
  return document;
}

type Procedure = Guarded & {
  readonly '~orpc': { readonly route: { readonly method?: string; readonly path?: string } };
};

function proceduresOf(part: unknown): Procedure[] {
  if (typeof part !== 'object' || part === null) return [];
  if ('~orpc' in part) return [part as Procedure];
  return Object.values(part).flatMap(proceduresOf);
}

function describeAccess(document: OpenAPI.Document, procedure: Procedure): void {
  const { meta, route } = procedure['~orpc'];
  const method = (route.method ?? 'POST').toLowerCase() as 'get' | 'post' | 'patch' | 'delete';
  const operation = document.paths?.[route.path ?? '']?.[method];
  const { access } = meta;
  if (!operation || !access)
    throw new Error(`${route.path} is not in the document, or does not say who may use it`);
  const isPublic = 'open' in access && access.open === 'public';
  operation.security = isPublic ? [] : [{ bearer: [] }, { console: [] }];
  const sentence =
    'permission' in access
      ? `Needs the permission \`${access.permission}\`.`
      : `For ${isPublic ? 'everybody' : 'whoever is signed in'}: ${access.reason}`;
  operation.description = [operation.description, sentence].filter(Boolean).join('\n\n');
  operation.parameters = [...(operation.parameters ?? []), ...preconditions(method)];
  operation.responses = Object.assign({}, operation.responses, { default: PROBLEM });
}

function preconditions(method: string): OpenAPI.ParameterObject[] {
  const header = (name: string, required: boolean, description: string): OpenAPI.ParameterObject => ({
    name,
    in: 'header',
    required,
    description,
    schema: { type: 'string', maxLength: 255 },
  });
  if (method === 'post')
    return [
      header(
        'Idempotency-Key',
        false,
        'The same key within 24 hours answers the same and does nothing twice.',
      ),
    ];
  if (method === 'patch') return [header('If-Match', true, 'The etag last read.')];
  return [];
}

const PROBLEM: OpenAPI.ResponseObject = {
  description: 'What went wrong, as RFC 9457.',
  content: { 'application/problem+json': { schema: { $ref: '#/components/schemas/Problem' } } },
};

/** The document with the schema that every error has. */
export async function openApiText(): Promise<string> {
  const document = await openApiDocument();
  const [, problem] = await new ZodToJsonSchemaConverter().convert(Problem, { strategy: 'output' });
  document.components = {
    ...document.components,
    schemas: { ...document.components?.schemas, Problem: problem as OpenAPI.SchemaObject },
  };
  return `${JSON.stringify(document, null, 2)}\n`;
}
