import { queryHandler } from '../shared/query-handler';
import { itemsSalesReport } from './query';

export const handler = queryHandler(itemsSalesReport);
