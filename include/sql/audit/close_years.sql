SELECT up_to, hash, events FROM audit.close_years(:before, :year, :at, :actor, :policy_digest)
