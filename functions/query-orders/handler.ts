import { queryHandler } from '../shared/query-handler';
import { queries } from './queries';

export const handler = queryHandler(queries, ['itemsSalesReport', 'monthlySalesByItem']);
