-- generation, epoch
return refused(ARGV[2]) or claim_next(ARGV[2])
