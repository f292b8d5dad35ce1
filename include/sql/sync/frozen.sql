SELECT until, frozen_by FROM operations.freeze WHERE target = :target AND lifted_at IS NULL AND until >= :on
