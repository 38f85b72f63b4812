"""Everything that can be killed, cut, frozen or moved while a show runs, and what must hold all the same.

`make chaos` plays thousands of donations through real processes while a seeded plan breaks them one after the other.
Afterwards the facts in PostgreSQL are compared with what the overlay pages say they showed: nothing acknowledged is
lost, nothing is completed twice, nothing changes places unasked, and a fault shows at most one message once more.
"""
