import { answering } from '../shared/query';
import { queryHandler } from '../shared/query-handler';
import { itemsSalesReport } from './query';

export const handler = queryHandler([answering(itemsSalesReport)]);
