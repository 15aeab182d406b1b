/** The bucket of the stream's records that no retry could project. */
import { DeleteObjectCommand, GetObjectCommand, ListObjectsV2Command, S3Client } from '@aws-sdk/client-s3';
import type { ClientOptions } from '../connect';
import type { Bucket } from '../pipeline';

export function connectBucket(options: ClientOptions, bucket: string): Bucket {
  // by path: a bucket's name is no host of the local cloud
  const s3 = new S3Client({ ...options, ...(options.endpoint !== undefined && { forcePathStyle: true }) });
  return {
    async list(max) {
      const found: { key: string; at: Date }[] = [];
      let token: string | undefined;
      do {
        const page = await s3.send(new ListObjectsV2Command({ Bucket: bucket, ContinuationToken: token }));
        for (const { Key = '', LastModified = new Date(0) } of page.Contents ?? [])
          found.push({ key: Key, at: LastModified });
        token = page.NextContinuationToken;
      } while (token !== undefined && found.length < max);
      return found.slice(0, max);
    },
    async read(key) {
      const { Body } = await s3.send(new GetObjectCommand({ Bucket: bucket, Key: key }));
      return (await Body?.transformToString()) ?? '';
    },
    async remove(key) {
      await s3.send(new DeleteObjectCommand({ Bucket: bucket, Key: key }));
    },
  };
}
