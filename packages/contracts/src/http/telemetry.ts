import { z } from 'zod';
import { DeviceId } from '../ids/index.ts';
import { demands } from './base.ts';
import { Instant } from './shapes.ts';

/**
 * Columnar series: `times` are seconds since the epoch (bucket starts); each series has one entry per time, null where
 * nothing was recorded. Values in the metric's unit. min and max equal mean where the source is not a rollup.
 */
export const Series = z.object({
  metric: z.string(),
  unit: z.string(),
  instance: z.object({ kind: z.string(), name: z.string(), detail: z.string() }).nullable(),
  mean: z.array(z.number().nullable()),
  min: z.array(z.number().nullable()),
  max: z.array(z.number().nullable()),
});
export type Series = z.infer<typeof Series>;

export const telemetry = {
  get: demands('devices:read')
    .route({
      method: 'GET',
      path: '/devices/{deviceId}/telemetry',
      summary: 'Chart data of one device, downsampled',
    })
    .input(
      z.object({
        deviceId: DeviceId,
        from: Instant.optional(),
        to: Instant.optional(),
        /** Seconds a point; chosen so that at most 600 points come back when left out. */
        resolution: z.coerce.number().int().min(1).max(86_400).optional(),
        /** Comma-separated metric names; all when left out. */
        metrics: z.string().max(500).optional(),
        instances: z.stringbool().default(false),
      }),
    )
    .output(
      z.object({
        from: Instant,
        to: Instant,
        resolution: z.number(),
        source: z.enum(['hot', 'minutes', '5m', '1h']),
        times: z.array(z.number()),
        series: z.array(Series),
      }),
    ),
};
