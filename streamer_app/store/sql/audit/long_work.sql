-- An audit reads everything: minutes, not the 30 s of a studio's question, plans for the figures at hand, and pages in
-- the order they lie in rather than by index.
SELECT set_config('statement_timeout', '4h', false), set_config('plan_cache_mode', 'force_custom_plan', false),
       set_config('default_transaction_isolation', 'read committed', false), set_config('work_mem', '64MB', false),
       set_config('random_page_cost', '4', false)
